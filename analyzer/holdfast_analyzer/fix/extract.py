"""Moves an expression that only a step may evaluate into a step of its own."""

import ast
import builtins
import re
from collections.abc import Iterator

from holdfast_analyzer.fix.names import Names, canonical
from holdfast_analyzer.fix.substitute import filled
from holdfast_analyzer.fix.tree import FileTree, FunctionNode
from holdfast_analyzer.fix.users import Usage
from holdfast_rules.fixes import Edit, ExtractStep

RESULTS = {
    **dict.fromkeys(("time.time", "time.monotonic", "time.perf_counter", "time.process_time"), "float"),
    **dict.fromkeys(("time.monotonic_ns", "time.perf_counter_ns", "time.process_time_ns"), "int"),
    **dict.fromkeys(("secrets.token_hex", "secrets.token_urlsafe", "socket.gethostname", "os.getcwd"), "str"),
    **dict.fromkeys(("platform.node", "platform.system", "platform.platform", "getpass.getuser"), "str"),
    **dict.fromkeys(("secrets.token_bytes", "os.urandom"), "bytes"),
    **dict.fromkeys(("secrets.randbelow", "secrets.randbits", "os.getpid", "os.getppid", "os.system"), "int"),
    **dict.fromkeys(("random.random", "random.uniform"), "float"),
    **dict.fromkeys(("random.randint", "random.randrange", "random.getrandbits"), "int"),
    **dict.fromkeys(("os.path.exists", "os.path.isfile", "os.path.isdir"), "bool"),
    "os.path.getsize": "int",
    "os.getenv": "str | None",
    "socket.gethostbyname": "str",
    "threading.get_ident": "int",
    "os.cpu_count": "int | None",
    "datetime.datetime.now": "{datetime.datetime}",
    "datetime.datetime.utcnow": "{datetime.datetime}",
    "uuid.uuid1": "{uuid.UUID}",
    "uuid.uuid4": "{uuid.UUID}",
}
"""What calls return, as far as it can be stored as it is; braces as in `Substitute.write`."""

MEMBERS = {"text": "str", "content": "bytes", "status_code": "int", "returncode": "int", "hex": "str", "tm_year": "int"}
"""Attributes of what a call returns that can be stored."""
METHODS = {
    **dict.fromkeys(("read_text", "isoformat", "decode", "strftime"), "str"),
    **dict.fromkeys(("exists", "is_file", "is_dir"), "bool"),
    "json": "Any",
    "read_bytes": "bytes",
    "timestamp": "float",
}
"""Methods of what a call returns, or of a path, whose result can be stored."""

UNMOVABLE = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)


def extracted(
    tree: FileTree, node: ast.expr, proposal: ExtractStep, usage: Usage
) -> tuple[str, tuple[Edit, ...]] | None:
    """Return the name of a new step that evaluates an expression, and the edits; None where it cannot move.

    It moves together with what follows it, up to something that a checkpoint can hold: `requests.get(url).json()`. What it takes
    from the function that it stands in, the step gets as arguments.

    Args:
        tree: the file.
        node: the hazard.
        proposal: how a step is declared.
        usage: who uses the function that it stands in.
    """
    function = tree.function_of(node)
    if usage.elsewhere or not isinstance(function, FunctionNode) or tree.is_in_cleanup(node):
        return None
    expression, result = storable(tree, node)
    if not result or tree.has_comment(expression) or not tree.is_sure(expression) or "\n" in tree.text(expression):
        return None
    if any(isinstance(inner, (*UNMOVABLE, ast.GeneratorExp, ast.Starred)) for inner in ast.walk(expression)):
        return None
    parameters = taken(tree, expression, function)
    if any(name in ("self", "cls") for name in parameters):
        return None
    names = Names(tree)
    written = [f"{name}: {annotation_of(tree, name, function)}" for name in parameters]
    signature = f"({', '.join(written)}) -> {result}"
    if re.search(r"\bAny\b", signature):
        known = names.of("typing.Any")
        if known is None:
            return None
        signature = re.sub(r"\bAny\b", known, signature)
    decorator, signature = filled(proposal.decorator, names, "", "") or "", filled(signature, names, "", "") or ""
    name, line = free_name(tree, node), line_before(tree, node)
    if not decorator or not signature or name is None or line is None:
        return None
    is_async = isinstance(tree.parents[expression], ast.Await)
    does = f"{'await ' if is_async else ''}{tree.text(expression)}"
    body = does if result == "None" else f"return {does}"
    text = f"@{decorator}\n{'async ' if is_async else ''}def {name}{signature}:\n    {body}\n\n\n"
    call = tree.edit(expression, f"{name}({', '.join(parameters)})")
    return name, (call, tree.insertion(line, 1, text), *names.imports)


def storable(tree: FileTree, node: ast.expr) -> tuple[ast.expr, str]:
    """Return the smallest expression around a hazard that gives something to store, and its annotation; or "".

    Args:
        tree: the file.
        node: the hazard.
    """
    called = canonical(tree, node.func) if isinstance(node, ast.Call) else canonical(tree, node)
    if isinstance(node, ast.Call) and called in RESULTS:
        return node, RESULTS[called]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        return node, METHODS[node.func.attr]
    expression = node
    for outer in _around(tree, node):
        expression = outer
        if called == "os.environ" and isinstance(outer, ast.Subscript):
            return outer, "str"
        if not isinstance(outer, ast.Call):
            member = outer.attr if isinstance(outer, ast.Attribute) else ""
            is_called = isinstance(parent := tree.parents[outer], ast.Call) and parent.func is outer
            if member in MEMBERS and not is_called:
                return outer, MEMBERS[member]
        elif isinstance(outer.func, ast.Attribute) and outer.func.attr in METHODS:
            return outer, METHODS[outer.func.attr]
        elif called == "os.environ" and isinstance(outer.func, ast.Attribute) and outer.func.attr == "get":
            return outer, "str | None"
    parent = tree.parents[expression]
    statement = tree.parents[parent] if isinstance(parent, ast.Await) else parent
    is_dropped = isinstance(statement, ast.Expr) and isinstance(expression, ast.Call)
    return expression, "None" if is_dropped else ""


def _around(tree: FileTree, node: ast.expr) -> Iterator[ast.expr]:
    """Yield what takes a member of an expression, subscribes it, or calls it, from the inside."""
    while True:
        parent = tree.parents[node]
        is_next = (isinstance(parent, ast.Attribute | ast.Subscript) and parent.value is node) or (
            isinstance(parent, ast.Call) and parent.func is node
        )
        if not is_next or not isinstance(parent, ast.expr):
            return
        yield parent
        node = parent


def taken(tree: FileTree, expression: ast.expr, function: FunctionNode) -> list[str]:
    """Return the names that an expression takes from the functions around it, in its own order."""
    around = [function, *(outer for outer in tree.ancestors(function) if isinstance(outer, FunctionNode))]
    inside = set(ast.walk(around[-1]))
    read = [inner for inner in ast.walk(expression) if isinstance(inner, ast.Name)]
    read.sort(key=lambda name: (name.lineno, name.col_offset))
    local = [one.id for one in read if any(node in inside for node in tree.bindings.get(one.id, ()))]
    return list(dict.fromkeys(local))


def annotation_of(tree: FileTree, name: str, function: FunctionNode) -> str:
    """Return the annotation of a parameter of a function if it means the same anywhere in the file; else `Any`."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    for argument in arguments:
        if argument.arg == name and argument.annotation is not None:
            names = [inner.id for inner in ast.walk(argument.annotation) if isinstance(inner, ast.Name)]
            if all(hasattr(builtins, one) and one not in tree.bindings for one in names):
                return tree.text(argument.annotation)
    return "Any"


def free_name(tree: FileTree, hazard: ast.expr) -> str | None:
    """Return a name for the step that nothing in the file has: `requests.get(url)` → `requests_get`."""
    called = hazard.func if isinstance(hazard, ast.Call) else hazard
    words = canonical(tree, called).split(".")
    if words == [""]:
        words = [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in _chain(called)]
    stem = re.sub(r"\W+", "_", "_".join(word.strip("_").lower() for word in words[-2:])).strip("_") or "effect"
    for candidate in (stem, f"{stem}_step", *(f"{stem}_{number}" for number in range(2, 100))):
        is_free = candidate not in tree.bindings and candidate not in tree.reads and not hasattr(builtins, candidate)
        if candidate.isidentifier() and is_free:
            return candidate
    return None


def _chain(node: ast.expr) -> list[ast.expr]:
    """Return what an expression is made of, from its root, calls and subscripts left out."""
    found: list[ast.expr] = []
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Attribute):
            found.append(node)
        node = node.func if isinstance(node, ast.Call) else node.value
    return [node, *reversed(found)]


def line_before(tree: FileTree, node: ast.expr) -> int | None:
    """Return the line of the top-level definition that an expression stands in, with its decorators and comments."""
    top = next((outer for outer in tree.ancestors(node) if tree.parents.get(outer) is tree.module), None)
    if not isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return None
    line = min([top.lineno, *(decorator.lineno for decorator in top.decorator_list)])
    while line > 1 and tree.source.lines(line - 1, line - 1).startswith("#"):
        line -= 1
    return line
