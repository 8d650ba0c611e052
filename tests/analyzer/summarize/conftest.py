"""What the tests of lowering share: lowering a whole text, and writing the representation without its positions."""

import functools
import sys
import threading
from collections.abc import Callable, Iterator
from textwrap import indent
from typing import Any

import msgspec
import pytest

from holdfast_analyzer.outline.blocks import blocks
from holdfast_analyzer.outline.shape import Region
from holdfast_analyzer.source import SourceText
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.find import block_of, statement_at
from holdfast_analyzer.summarize.lower import summarize
from holdfast_analyzer.syntax.parse import parse_source


def nodes_of(value: object) -> Iterator[Any]:
    """Every node of the representation under `value`, each before those below it."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, msgspec.Struct):
            yield item
            waiting.extend(getattr(item, field) for field in reversed(item.__struct_fields__))
        elif isinstance(item, list):
            waiting.extend(reversed(item))


def written(value: object) -> str:
    """The representation on one line, without positions: names and constants bare, other nodes `Type(fields)`."""
    if isinstance(value, ir.Name):
        return value.id
    if isinstance(value, ir.Constant):
        return f"{value.kind} {value.value}" if value.kind in ("bytes", "complex", "ellipsis") else repr(value.value)
    if isinstance(value, ir.Argument):
        return "*" * value.star + (f"{value.keyword}=" if value.keyword else "") + written(value.value)
    if isinstance(value, list):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, msgspec.Struct):
        fields = [written(getattr(value, field)) for field in value.__struct_fields__ if field != "at"]
        return f"{type(value).__name__}({', '.join(fields)})"
    return str(value)


@pytest.fixture(name="nodes_of")
def _nodes_of() -> Callable[[object], Iterator[Any]]:
    return nodes_of


@pytest.fixture(name="written")
def _written() -> Callable[[object], str]:
    return written


@pytest.fixture
def lowered() -> Callable[[str], list[ir.Stmt]]:
    """Lowers a text. Imports and classes are in no block of a module, so they are put into one."""

    def lower(text: str) -> list[ir.Stmt]:
        tree = parse_source(SourceText("sample.py", text))
        statements = [statement for block in blocks(tree) for statement in summarize(tree, block)]
        if statements and not text.startswith("class "):
            return statements
        (whole,) = lower(f"if 1:\n{indent(text, ' ')}")
        assert isinstance(whole, ir.If)
        return whole.body

    return lower


@pytest.fixture
def statements() -> Callable[[str], Callable[[Region], ir.Stmt | None]]:
    """Lowers the statement at a region of a text, as the analyzer does: out of the block that it lies in."""

    def of(text: str) -> Callable[[Region], ir.Stmt | None]:
        tree = parse_source(SourceText("sample.py", text))
        found = blocks(tree)
        lowered = functools.cache(lambda line: summarize(tree, next(block for block in found if block.line == line)))

        def at(region: Region) -> ir.Stmt | None:
            block = block_of(found, region)
            return statement_at(lowered(block.line), region) if block is not None else None

        return at

    return of


@pytest.fixture
def deep_stack() -> Callable[[Callable[[], Any]], Any]:
    """Calls a function as the analyzer does: on a thread with a large stack, under a raised recursion limit."""

    def call(function: Callable[[], Any]) -> Any:
        outcome: list[Any] = []

        def run() -> None:
            try:
                outcome.append(function())
            except Exception as error:
                outcome.append(error)

        limit, size = sys.getrecursionlimit(), threading.stack_size(512 * 1024 * 1024)
        sys.setrecursionlimit(100_000)
        try:
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        return outcome[0]

    return call
