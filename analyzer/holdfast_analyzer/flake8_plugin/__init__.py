"""The flake8 plugin: what `holdfast check` finds in the project, where flake8 shows it."""

from holdfast_analyzer.flake8_plugin.plugin import Plugin

__all__ = ["Plugin"]
