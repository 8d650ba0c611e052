"""Lowers imports."""

import ast

from . import ir
from .lowering import Lowering, LowerStatement


def _import(lowering: Lowering, node: ast.Import) -> ir.Stmt:
    names = []
    for alias in node.names:
        module = alias.name
        if alias.asname is None:
            bound = module.partition(".")[0]
            names.append(ir.ImportedName(bound, bound, "", 0, module if module != bound else ""))
        else:
            bound = alias.asname
            names.append(ir.ImportedName(bound, module, "", 0))
        lowering.scope.bind(bound)
    return ir.Import(names, lowering.at(node))


def _import_from(lowering: Lowering, node: ast.ImportFrom) -> ir.Stmt:
    module = node.module or ""
    names = []
    for alias in node.names:
        bound = alias.asname or alias.name
        if bound != "*":
            lowering.scope.bind(bound)
        names.append(ir.ImportedName(bound, module, alias.name, node.level))
    return ir.Import(names, lowering.at(node))


STATEMENTS: dict[type, LowerStatement] = {ast.Import: _import, ast.ImportFrom: _import_from}
