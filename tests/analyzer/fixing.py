"""Texts, fixed as `holdfast check --fix` does it."""

from holdfast_analyzer import check_source
from holdfast_analyzer.fix.applying import applied, choose
from holdfast_rules.fixes import Safety

HOLDFAST = "from holdfast import step, workflow\n\n\n@step\ndef keep(value):\n    return value\n\n\n"


def fixes_of(source: str, *, select: tuple[str, ...] = ()):
    """Return the fixes of a text's findings, None where there is none."""
    return [finding.fix for finding in check_source(source, fixes=True, select=select).findings]


def fixed(source: str, *, unsafe: bool = False, rounds: int = 10) -> str:
    """Return a text with its fixes applied, until there are none."""
    for _ in range(rounds):
        found = [fix for fix in fixes_of(source) if fix is not None and (unsafe or fix.safety is Safety.SAFE)]
        edits = choose(found).edits
        if not edits:
            return source
        (data,) = (applied(path, source.encode(), some) for path, some in edits.items())
        source = data.decode()
    raise AssertionError(f"not at an end after {rounds} rounds:\n{source}")


def codes(source: str) -> list[str]:
    """Return the codes of what is found in a text."""
    return [finding.code for finding in check_source(source).findings]
