"""What flake8 calls: once with its options, then for each file.

flake8 checks files one by one in worker processes, a workflow reaches over many files. So the project is analysed once, in
flake8's own process before it makes its workers, and each of them looks up the problems of its files.
"""

import ast
import codecs
from argparse import Namespace
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any, ClassVar

from holdfast_analyzer.flake8_plugin.problems import Problems, analysed, canonical
from holdfast_analyzer.flake8_plugin.sharing import hand_to_workers, taken_from_parent

Problem = tuple[int, int, str, type[Any]]
"""As flake8 takes it: line from 1, column from 0, text that begins with the code, and the plugin."""


class Plugin:
    """Entry point `DUR` of flake8."""

    name: ClassVar[str] = "holdfast"
    version: ClassVar[str] = version("holdfast")
    options: ClassVar[Namespace]
    problems: ClassVar[Problems | None] = None

    @classmethod
    def parse_options(cls, _manager: object, options: Namespace, _arguments: object) -> None:
        """Take flake8's options, and analyse what it is about to check.

        Raises:
            flake8.exceptions.ExecutionError: the settings, the baseline or a path cannot be used.
        """
        cls.options = options
        cls.problems = None
        if "-" in options.filenames:
            return  # its text is known when flake8 has read it, in this very process
        shared = taken_from_parent()
        if shared is None:
            shared = analysed(options)
            hand_to_workers(shared, options)
        cls.problems = shared

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        """Take what flake8 knows of a file: its tree (which makes flake8 call once a file), name and lines."""
        self._filename = filename
        self._lines = lines

    def run(self) -> Iterator[Problem]:
        """Yield the problems of the file, in the order of their places.

        Raises:
            flake8.exceptions.ExecutionError: the settings, the baseline or a path cannot be used.
        """
        for line, column, text in self._found().of(self._filename):
            yield line, column, text, type(self)

    def _found(self) -> Problems:
        if "-" in self.options.filenames and self._filename == self.options.stdin_display_name:
            # The mark says how this text is encoded now, whatever its own cookie says.
            data = codecs.BOM_UTF8 + "".join(self._lines).encode("utf-8", "surrogateescape")
            return analysed(self.options, given={self._filename: data})
        problems = type(self).problems
        if problems is None or canonical(self._filename) not in problems.files:
            # Whoever calls flake8 as a library names files after it has taken its options.
            problems = analysed(self.options, also=[self._filename])
            type(self).problems = problems
        return problems
