"""Lowers imports."""

from collections.abc import Sequence

import libcst as cst

from . import ir
from .literals import identifier
from .reader import LowerStatement, Reader


def _import(reader: Reader, node: cst.Import | cst.LazyImport) -> ir.Stmt:
    start = reader.start()
    if isinstance(node, cst.LazyImport):
        reader.take(4)
    reader.take(6)
    names = []
    for alias in node.names:
        module = _dotted_name(reader, alias.name)
        if alias.asname is None:
            bound = module.partition(".")[0]
            names.append(ir.ImportedName(bound, bound, "", 0, module if module != bound else ""))
        else:
            bound = _as_name(reader, alias.asname)
            names.append(ir.ImportedName(bound, module, "", 0))
        reader.scope.bind(bound)
        reader.take_comma()
    return ir.Import(names, reader.at(start))


def _import_from(reader: Reader, node: cst.ImportFrom | cst.LazyImportFrom) -> ir.Stmt:
    start = reader.start()
    if isinstance(node, cst.LazyImportFrom):
        reader.take(4)
    reader.take(4)
    level = len(node.relative)
    for _ in node.relative:
        reader.take(1)
    module = _dotted_name(reader, node.module) if node.module is not None else ""
    reader.take(6)
    if node.lpar is not None:
        reader.take(1)
    if isinstance(node.names, cst.ImportStar):
        reader.take(1)
        names = [ir.ImportedName("*", module, "*", level)]
    else:
        names = _imported_names(reader, node.names, module, level)
    if node.rpar is not None:
        reader.take(1)
    return ir.Import(names, reader.at(start))


def _imported_names(
    reader: Reader, aliases: Sequence[cst.ImportAlias], module: str, level: int
) -> list[ir.ImportedName]:
    names = []
    for alias in aliases:
        name = _dotted_name(reader, alias.name)
        bound = name if alias.asname is None else _as_name(reader, alias.asname)
        reader.scope.bind(bound)
        reader.take_comma()
        names.append(ir.ImportedName(bound, module, name, level))
    return names


def _dotted_name(reader: Reader, node: cst.BaseExpression) -> str:
    parts = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    assert isinstance(node, cst.Name)
    parts.append(node.value)
    parts.reverse()
    for position, part in enumerate(parts):
        if position:
            reader.take(1)
        reader.take(len(part))
    return ".".join(identifier(part) for part in parts)


def _as_name(reader: Reader, node: cst.AsName) -> str:
    assert isinstance(node.name, cst.Name)
    reader.take(2)
    reader.take(len(node.name.value))
    return identifier(node.name.value)


STATEMENTS: dict[type, LowerStatement] = {
    cst.Import: _import,
    cst.LazyImport: _import,
    cst.ImportFrom: _import_from,
    cst.LazyImportFrom: _import_from,
}
