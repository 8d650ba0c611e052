"""The formats by name; each is imported when it is asked for, so that a check pays for its own alone."""

import importlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.report import Report

Render = Callable[[Report, Presentation], str]


class Format(NamedTuple):
    """A format.

    Attributes:
        target: where it lives: `module:function` of this package.
        help: what it is.
        tells_errors: it says itself which files could not be read.
        tells_fixes: it says how findings can be fixed.
    """

    target: str
    help: str
    tells_errors: bool = True
    tells_fixes: bool = False

    def renderer(self) -> Render:
        """Import and return what turns a report into this format."""
        module, _, name = self.target.partition(":")
        found: Render = getattr(importlib.import_module(f"holdfast_analyzer.render.{module}"), name)
        return found


FORMATS: Mapping[str, Format] = {
    "full": Format("text:full", "with source and chain of calls", tells_errors=False),
    "concise": Format("text:concise", "one line a finding", tells_errors=False),
    "grouped": Format("text:grouped", "by file", tells_errors=False),
    "json": Format("json:render_json", "one stable document, suppressed findings included", tells_fixes=True),
    "jsonl": Format("json:render_jsonl", "one JSON object a line", tells_fixes=True),
    "sarif": Format("sarif:render_sarif", "SARIF 2.1.0, for code scanning", tells_fixes=True),
    "github": Format("github:render_github", "annotations of GitHub Actions"),
    "gitlab": Format("gitlab:render_gitlab", "a code quality report of GitLab", tells_errors=False),
    "junit": Format("junit:render_junit", "JUnit XML, for test reports"),
}
"""Name → format, in the order of `--help`."""
