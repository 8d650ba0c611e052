"""Moves a hazard's call into a step of its own."""

import ast
import builtins

from holdfast_analyzer.fix.names import Names, canonical
from holdfast_analyzer.fix.substitute import filled
from holdfast_analyzer.fix.tree import FileTree
from holdfast_analyzer.fix.users import Usage
from holdfast_rules.fixes import Edit, ExtractStep


def extracted(
    tree: FileTree, call: ast.Call, proposal: ExtractStep, usage: Usage
) -> tuple[str, tuple[Edit, ...]] | None:
    """Return the name of a new step that holds a call, and the edits; None where the call cannot move.

    A call moves if what it calls is reached through the file's own imports, so that it means the same at the top of the file; its
    arguments stay where they are, and are handed to the step.
    """
    called = canonical(tree, call.func)
    if not called and isinstance(call.func, ast.Name) and tree.is_builtin(call.func.id):
        called = call.func.id if hasattr(builtins, call.func.id) else ""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not called or usage.elsewhere or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    if any(keyword.arg is None for keyword in call.keywords) or tree.has_comment(call) or tree.is_in_string(call):
        return None
    if any(isinstance(inner, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for inner in ast.walk(call)):
        return None
    is_async = isinstance(tree.parents[call], ast.Await)
    if not all(_is_bound_at_top(tree, name) for name in _roots(call.func)):
        return None
    names = Names(tree)
    decorator = filled(proposal.decorator, names, "", "")
    name = free_name(tree, called)
    if decorator is None or name is None:
        return None
    parameters = [f"argument_{number}" for number in range(1, len(call.args) + 1)]
    parameters += [keyword.arg or "" for keyword in call.keywords]
    if len(set(parameters)) != len(parameters) or set(parameters) & set(_roots(call.func)):
        return None
    passed = [*parameters[: len(call.args)], *(f"{one}={one}" for one in parameters[len(call.args) :])]
    signature = ", ".join(f"{one}: {annotation}" for one, annotation in zip(parameters, _types(arguments), strict=True))
    head = "async def" if is_async else "def"
    body = f"{'await ' if is_async else ''}{tree.text(call.func)}({', '.join(passed)})"
    result = _result(called)
    if result == "Any":
        return None
    needs_any = "Any" in f"{signature} {result}"
    known_any = names.of("typing.Any") if needs_any else "Any"
    if known_any is None:
        return None
    text = f"@{decorator}\n{head} {name}({signature}) -> {result}:\n    return {body}\n\n\n"
    if known_any != "Any":
        text = text.replace("Any", known_any)
    line = _line_before(tree, call)
    if line is None:
        return None
    given = [tree.text(one) for one in arguments]
    if any("\n" in one for one in given):
        return None
    return name, (tree.edit(call, f"{name}({', '.join(given)})"), tree.insertion(line, 1, text), *names.imports)


def free_name(tree: FileTree, called: str) -> str | None:
    """Return a name for the step that nothing in the file has: `requests.get` → `requests_get`."""
    words = [part for part in called.split(".") if part.isidentifier()]
    stem = "_".join(dict.fromkeys(word.strip("_").lower() for word in words[-2:])) or "effect"
    for candidate in (stem, f"{stem}_step", *(f"{stem}_{number}" for number in range(2, 100))):
        if candidate not in tree.bindings and candidate not in tree.reads and not hasattr(builtins, candidate):
            return candidate
    return None


def _roots(node: ast.expr) -> list[str]:
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def _is_bound_at_top(tree: FileTree, name: str) -> bool:
    """Tell whether a name means the same at the top of the file: imported there and nowhere else, or a builtin."""
    found = tree.bindings.get(name)
    if found is None:
        return hasattr(builtins, name)
    return all(isinstance(one, ast.alias) and tree.parents[tree.parents[one]] is tree.module for one in found)


def _types(arguments: list[ast.expr]) -> list[str]:
    """Return annotations for the parameters: the type of a literal, else `Any`."""
    known = ("str", "int", "float", "bool", "bytes")
    found = []
    for argument in arguments:
        if isinstance(argument, ast.JoinedStr):
            found.append("str")
        elif isinstance(argument, ast.Constant) and type(argument.value).__name__ in known:
            found.append(type(argument.value).__name__)
        else:
            found.append("Any")
    return found


def _result(called: str) -> str:
    """Return the annotation of what a call gives, for the few whose result is stored as it is; else `Any`."""
    known = {
        "secrets.token_hex": "str",
        "secrets.token_urlsafe": "str",
        "secrets.token_bytes": "bytes",
        "os.urandom": "bytes",
        "os.getenv": "str | None",
        "os.getpid": "int",
        "socket.gethostname": "str",
        "time.monotonic": "float",
        "time.monotonic_ns": "int",
        "time.perf_counter_ns": "int",
        "time.perf_counter": "float",
    }
    return known.get(called, "Any")


def _line_before(tree: FileTree, call: ast.Call) -> int | None:
    """Return the line of the top-level definition that a call stands in, its decorators and their comments included."""
    top = next(
        (one for one in (call, *tree.ancestors(call)) if tree.parents.get(one) is tree.module),
        None,
    )
    if not isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return None
    line = min([top.lineno, *(decorator.lineno for decorator in top.decorator_list)])
    while line > 1 and tree.source.lines(line - 1, line - 1).startswith("#"):
        line -= 1
    return line
