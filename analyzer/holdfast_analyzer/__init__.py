"""Finds what would break a replay, without running the code."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast_analyzer.api import analyze, check_paths, check_source

__all__ = ["analyze", "check_paths", "check_source"]


def __getattr__(name: str) -> Any:
    """Import the library face when it is first used: commands that need none of it start faster."""
    if name in __all__:
        from holdfast_analyzer import api

        return getattr(api, name)
    raise AttributeError(f"module `holdfast_analyzer` has no attribute `{name}`")
