"""SARIF 2.1.0 (OASIS Standard, 27 March 2020): for GitHub code scanning, editors' viewers, and what else reads it."""

from holdfast_analyzer.render.sarif.document import render_sarif

__all__ = ["render_sarif"]
