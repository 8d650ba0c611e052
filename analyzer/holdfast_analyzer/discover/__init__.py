"""Which files there are to check, and which of them name an engine."""

from holdfast_analyzer.discover.own_decorators import decoration, own_decorators
from holdfast_analyzer.discover.prefilter import EnginePrefilter
from holdfast_analyzer.discover.walk import Discovery, UnusablePath, discover

__all__ = ["Discovery", "EnginePrefilter", "UnusablePath", "decoration", "discover", "own_decorators"]
