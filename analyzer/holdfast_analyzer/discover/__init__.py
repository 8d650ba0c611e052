"""Which files there are to check, and which of them name an engine."""

from holdfast_analyzer.discover.prefilter import EnginePrefilter
from holdfast_analyzer.discover.walk import Discovery, UnusablePath, discover

__all__ = ["Discovery", "EnginePrefilter", "UnusablePath", "discover"]
