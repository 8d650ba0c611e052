"""The formats by name; each is imported when it is asked for, so that a check pays for its own alone."""

import importlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.report import Report

Render = Callable[[Report, Presentation], str]


class Format(NamedTuple):
    """A format: where it lives (`module:function`), what it is, and whether it is for people, and tells read errors itself."""

    target: str
    help: str
    is_text: bool = False
    tells_errors: bool = True

    def renderer(self) -> Render:
        """Import and return what turns a report into this format."""
        module, _, name = self.target.partition(":")
        found: Render = getattr(importlib.import_module(f"holdfast_analyzer.render.{module}"), name)
        return found


FORMATS: Mapping[str, Format] = {
    "full": Format("text:full", "with source and chain of calls", is_text=True, tells_errors=False),
    "concise": Format("text:concise", "one line a finding", is_text=True, tells_errors=False),
    "grouped": Format("text:grouped", "by file", is_text=True, tells_errors=False),
    "json": Format("json:render_json", "one stable document, suppressed findings included"),
    "jsonl": Format("json:render_jsonl", "one JSON object a line"),
    "sarif": Format("sarif:render_sarif", "SARIF 2.1.0, for code scanning"),
    "github": Format("github:render_github", "annotations of GitHub Actions"),
    "gitlab": Format("gitlab:render_gitlab", "a code quality report of GitLab", tells_errors=False),
    "junit": Format("junit:render_junit", "JUnit XML, for test reports"),
}
"""Name → format, in the order of `--help`."""
