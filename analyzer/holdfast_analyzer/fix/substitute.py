"""Replaces a hazard's call by what the engine has in its place."""

import ast
import re

from holdfast_analyzer.fix.names import Names, canonical
from holdfast_analyzer.fix.tree import FileTree
from holdfast_analyzer.fix.users import Usage
from holdfast_rules.fixes import Edit, Needs, Substitute, Takes

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
UTC = ("datetime.UTC", "datetime.timezone.utc")
ZONES = ("zoneinfo.ZoneInfo", "datetime.timezone", "pytz.timezone", "dateutil.tz.gettz")
WHOLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.keyword)
ARGUMENT = "({0})"
PLAIN_TEXT = re.compile(r"""(?:"[^"\\\n{}]*"|'[^'\\\n{}]*')\Z""")


def replaced(
    tree: FileTree, call: ast.Call, substitute: Substitute, usage: Usage, context: str
) -> tuple[str, tuple[Edit, ...]] | None:
    """Return what is written in place of a call, and the edits; None where the substitute does not fit.

    Args:
        tree: the file.
        call: the hazard's call.
        substitute: what to write.
        usage: who uses the function that the call stands in.
        context: the engine's context there, or "".
    """
    if not surrounded(tree, call, substitute, usage):
        return None
    argument = argument_of(tree, call, substitute.takes)
    if argument is None:
        return None
    write = substitute.write
    if substitute.takes is Takes.ZONE and canonical(tree, zone_of(call)) in UTC:
        write = write.removesuffix(".astimezone({0})")
    names = Names(tree)
    keeps_arguments = substitute.takes is Takes.ANY
    if substitute.takes is Takes.ONE and write.endswith(ARGUMENT) and write.count("(") == 1:
        write, keeps_arguments = write.removesuffix(ARGUMENT), True
    text = filled(write, names, context, argument)
    place = call.func if keeps_arguments else call
    if text is None or tree.has_comment(place) or not tree.is_sure(call):
        return None
    if tree.is_in_string(call) and re.search(r"[\"'\\]", text):
        return None
    edits = [tree.edit(place, text)]
    if text.startswith("await ") and not stands_alone(tree, call):
        if not keeps_arguments:
            edits = [tree.edit(call, f"({text})")]
        else:
            _, _, end_line, end_column = tree.span(call)
            edits = [tree.edit(place, f"({text}"), tree.insertion(end_line, end_column, ")")]
    return text + ("(…)" if keeps_arguments else ""), (*edits, *names.imports)


def stands_alone(tree: FileTree, call: ast.Call) -> bool:
    """Tell whether what replaces a call needs no parentheses, whatever it is."""
    parent = tree.parents[call]
    if isinstance(parent, ast.Call):
        return parent.func is not call
    return isinstance(parent, WHOLE)


def surrounded(tree: FileTree, call: ast.Call, substitute: Substitute, usage: Usage) -> bool:
    """Tell whether a call stands in what its substitute needs."""
    if (substitute.adds_operation or substitute.needs is not Needs.ANYTHING) and tree.is_in_cleanup(call):
        return False
    if substitute.needs is Needs.SYNC:
        return isinstance(tree.function_of(call), ast.FunctionDef) and usage.kinds == {False} and not usage.elsewhere
    if substitute.needs is Needs.ASYNC:
        return tree.can_await(call)
    if substitute.needs is Needs.AWAITED:
        return isinstance(tree.parents[call], ast.Await)
    return True


def filled(write: str, names: Names, context: str, argument: str) -> str | None:
    """Return an expression with its placeholders filled in; None where a name cannot be had."""
    missing = False

    def fill(match: re.Match[str]) -> str:
        nonlocal missing
        wanted = match[1]
        found = argument if wanted == "0" else context if wanted == "ctx" else names.of(wanted)
        missing = missing or (not found and wanted != "0")
        return found or ""

    text = PLACEHOLDER.sub(fill, write)
    return None if missing else text


def zone_of(call: ast.Call) -> ast.expr:
    """Return the one argument of a call."""
    return call.args[0] if call.args else call.keywords[0].value


def argument_of(tree: FileTree, call: ast.Call, takes: Takes) -> str | None:
    """Return the argument of a call as it is written, "" if none is needed; None where the call has other ones."""
    if takes is Takes.ANY:
        return ""
    if takes is Takes.TEXT:
        return message_of(tree, call)
    given = len(call.args) + len(call.keywords)
    if takes is Takes.NOTHING:
        return None if given else ""
    if given != 1:
        return None
    if takes is Takes.WHOLE:
        only = call.args[0] if call.args else None
        is_whole = isinstance(only, ast.Constant) and type(only.value) is int and only.value > 0
        return tree.text(only) if only is not None and is_whole else None
    if takes is Takes.ONE:
        if not call.args or isinstance(call.args[0], ast.Starred | ast.Yield | ast.YieldFrom):
            return None
        return tree.text(call.args[0])
    if call.keywords and call.keywords[0].arg != "tz":
        return None
    zone = zone_of(call)
    made = canonical(tree, zone.func) if isinstance(zone, ast.Call) else ""
    return tree.text(zone) if canonical(tree, zone) in UTC or made in ZONES else None


def message_of(tree: FileTree, call: ast.Call) -> str | None:
    """Return what `print` is given as the arguments of a logger: a format, and what it formats."""
    if call.keywords or any(isinstance(one, ast.Starred | ast.Yield | ast.YieldFrom) for one in call.args):
        return None
    if not call.args:
        return '""'
    first, *others = call.args
    texts = [tree.text(one) for one in call.args]
    is_text = isinstance(first, ast.JoinedStr) or (isinstance(first, ast.Constant) and isinstance(first.value, str))
    if not others:
        return texts[0] if is_text else f'"%s", {texts[0]}'
    if isinstance(first, ast.Constant) and PLAIN_TEXT.match(texts[0]):
        quote = texts[0][0]
        written = texts[0][:-1].replace("%", "%%") + " %s" * len(others) + quote
        return ", ".join([written, *texts[1:]])
    return ", ".join(['"' + " ".join(["%s"] * len(texts)) + '"', *texts])
