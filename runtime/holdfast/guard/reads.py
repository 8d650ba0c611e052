"""Where a function's bytecode reads what is a hazard when it is read: `sys.argv`, `os.environ`, an imported `environ`."""

from __future__ import annotations

import dis
import itertools
import sys
from collections.abc import Iterator, Mapping
from types import CodeType, ModuleType
from typing import Any, Final

from holdfast.guard.hazards import Found, Hazards
from holdfast.guard.kinds import is_a

_NAMED: Final = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FAST", "LOAD_FAST_CHECK")
_ATTRIBUTE: Final = ("LOAD_ATTR", "LOAD_METHOD")
_WRITES: Final = ("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_ATTR", "DELETE_ATTR")
_SKIPPED: Final = ("CACHE", "EXTENDED_ARG", "PRECALL", "COPY_FREE_VARS")


def reads_of(code: CodeType, names: Mapping[str, Any], hazards: Hazards) -> dict[int, Found]:
    """Return the offsets of the instructions that read a hazard, with the hazards.

    Args:
        code: a function's code.
        names: its globals and what its closure holds.
        hazards: the catalogue.
    """
    if not _worth_a_look(code, names, hazards):
        return {}
    instructions = [each for each in dis.get_instructions(code) if each.opname not in _SKIPPED]
    modules = dict(_local_imports(instructions))
    found: dict[int, Found] = {}
    index = 0
    while index < len(instructions):
        start = instructions[index]
        index += 1
        if start.opname not in _NAMED:
            continue
        value = modules.get(start.argval) if start.opname.startswith("LOAD_FAST") else names.get(start.argval)
        if not is_a(value, ModuleType):
            uses = hazards.of_object(value) if value is not None else ()
            if uses and not _has_own_entry(uses[0][0], instructions, index, hazards):
                found[start.offset] = uses
            continue
        dotted = value.__name__
        while index < len(instructions) and instructions[index].opname in _ATTRIBUTE:
            step = instructions[index]
            index += 1
            dotted = f"{dotted}.{step.argval}"
            uses = hazards.of_read(dotted)
            if uses:
                if not _has_own_entry(uses[0][0], instructions, index, hazards):
                    found[step.offset] = uses
                break
    return found


def _worth_a_look(code: CodeType, names: Mapping[str, Any], hazards: Hazards) -> bool:
    for name in code.co_names:
        if name in hazards.read_names:
            return True
        value = names.get(name)
        if value is not None and hazards.of_object(value):
            return True
    return any(name in hazards.read_names for name in code.co_freevars)


def _has_own_entry(name: str, instructions: list[dis.Instruction], index: int, hazards: Hazards) -> bool:
    """Whether the very next thing done with what was read has an entry of its own, so that reading it is not the point."""
    following = instructions[index] if index < len(instructions) else None
    if following is None or following.opname not in _ATTRIBUTE:
        return False
    return bool(hazards.of_names(iter((f"{name}.{following.argval}",))))


def _local_imports(instructions: list[dis.Instruction]) -> Iterator[tuple[str, ModuleType | None]]:
    for first, second in itertools.pairwise(instructions):
        if first.opname == "IMPORT_NAME" and second.opname == "STORE_FAST":
            name = str(first.argval)
            whole = name if second.argval != name.partition(".")[0] else name.partition(".")[0]
            yield str(second.argval), sys.modules.get(whole)
