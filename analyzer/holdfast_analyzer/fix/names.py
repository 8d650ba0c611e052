"""Under which name a file knows a module or a member of one, and the import that it lacks."""

import ast
import sys
from collections.abc import Iterable

from holdfast_analyzer.fix.tree import FileTree
from holdfast_rules.fixes import Edit


class Names:
    """The names of one file, for one fix: `imports` are the edits that the names it gave out need."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree
        self.imports: list[Edit] = []

    def of(self, target: str) -> str | None:
        """Return how the file can write a dotted name; None where every name for it is taken.

        Args:
            target: a module (`holdfast`, `temporalio.workflow`) or a member of one (`random.Random`).
        """
        for name, written in known_as(self._tree, target):
            if self._only_means(name, target):
                if not self._is_bound_at_top(name):
                    continue
                return written
        package, _, last = target.rpartition(".")
        for local in (last, f"_{last}"):
            is_used = local in self._tree.bindings or local in self._tree.reads
            if is_used and not self._only_means(local, target):
                continue
            statement = f"from {package} import {last}" if package else f"import {last}"
            line = statement if local == last else f"{statement} as {local}"
            edit = self._insertion(f"{line}\n", target.partition(".")[0])
            if edit not in self.imports:
                self.imports.append(edit)
            return local
        return None

    def _only_means(self, name: str, target: str) -> bool:
        """Tell whether a name is bound by imports of the target, and by nothing else."""
        found = self._tree.bindings.get(name, [])
        return bool(found) and all(
            isinstance(node, ast.alias) and _means(node, self._tree.parents[node], name, target) for node in found
        )

    def _is_bound_at_top(self, name: str) -> bool:
        return any(
            self._tree.parents.get(self._tree.parents[node]) is self._tree.module
            for node in self._tree.bindings.get(name, [])
        )

    def _insertion(self, text: str, package: str) -> Edit:
        return self._tree.insertion(import_line(self._tree, package), 1, text)


def known_as(tree: FileTree, target: str) -> Iterable[tuple[str, str]]:
    """Yield the names under which imports of a file bind a dotted name: (the bound name, how to write the target)."""
    for name, nodes in tree.bindings.items():
        for node in nodes:
            if not isinstance(node, ast.alias):
                continue
            bound = _bound(node, tree.parents[node])
            if bound == target:
                yield name, name
            elif isinstance(tree.parents[node], ast.Import) and _is_member(bound, target, node):
                yield name, name + target[len(bound) :]


def canonical(tree: FileTree, node: ast.expr) -> str:
    """Return the dotted name that an expression means by the file's imports, or "" where that is not sure."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    found = tree.bindings.get(node.id, [])
    meanings = {_bound(one, tree.parents[one]) if isinstance(one, ast.alias) else "" for one in found}
    if len(meanings) != 1 or "" in meanings:
        return ""
    return ".".join([meanings.pop(), *reversed(parts)])


def _bound(alias: ast.alias, statement: ast.AST) -> str:
    """Return the dotted name that an import binds."""
    if isinstance(statement, ast.ImportFrom):
        return f"{statement.module}.{alias.name}" if not statement.level else ""
    return alias.name if alias.asname else alias.name.partition(".")[0]


def _means(alias: ast.alias, statement: ast.AST, name: str, target: str) -> bool:
    bound = _bound(alias, statement)
    return bound == target or (isinstance(statement, ast.Import) and _is_member(bound, target, alias))


def _is_member(bound: str, target: str, alias: ast.alias) -> bool:
    """Tell whether a module, once imported, has the target as its attribute."""
    if not bound or not target.startswith(f"{bound}."):
        return False
    rest = target[len(bound) + 1 :]
    is_submodule = not alias.asname and f"{alias.name}.".startswith(f"{target}.")
    return is_submodule or ("." not in rest and (rest[0].isupper() or bound in sys.stdlib_module_names))


def import_line(tree: FileTree, package: str) -> int:
    """Return the line before which an import of `package` goes: by other imports of it, else behind the imports."""
    body = tree.module.body
    lines = [_first_line(statement) for statement in body]
    behind = 0
    for index, statement in enumerate(body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            break
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        shares = index > 0 and (body[index - 1].end_lineno or 0) >= lines[index]
        if _package(statement) == package and not is_future and not shares:
            return lines[index]
    for index, statement in enumerate(body):
        is_docstring = index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not isinstance(statement, ast.Import | ast.ImportFrom) and not is_docstring:
            break
        behind = index + 1
    if not behind:
        return lines[0] if lines else 1
    end = body[behind - 1].end_lineno or 1
    while behind < len(body) and lines[behind] <= end:
        end = max(end, body[behind].end_lineno or 1)
        behind += 1
    return end + 1


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


def _package(statement: ast.stmt) -> str:
    if isinstance(statement, ast.ImportFrom):
        return "" if statement.level else (statement.module or "").partition(".")[0]
    if isinstance(statement, ast.Import):
        return statement.names[0].name.partition(".")[0]
    return ""
