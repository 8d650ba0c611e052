"""What earlier runs found, on disk, so that a run reads and parses only what has changed."""

from holdfast_analyzer.cache.cache import Cache, tool_version
from holdfast_analyzer.cache.states import FileState

__all__ = ["Cache", "FileState", "tool_version"]
