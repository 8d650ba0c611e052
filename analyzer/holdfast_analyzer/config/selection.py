"""Which rules are on: `select`, `ignore` and their like, by code, prefix or name."""

from collections.abc import Iterable
from fnmatch import fnmatch
from functools import cache

from holdfast_rules.registry import RULES

from holdfast_analyzer.config.settings import Settings

PREFIX = "DUR"


@cache
def known_codes() -> dict[str, str]:
    """Return code and name, both in lower case, of every rule → its code."""
    return {key.lower(): rule.code for rule in RULES for key in (rule.code, rule.name)}


@cache
def selectors() -> tuple[str, ...]:
    """Return everything that selects a rule: `DUR`, families (`DUR1`), codes and names."""
    codes = [rule.code for rule in RULES]
    prefixes = {code[:length] for code in codes for length in range(len(PREFIX), len(code) + 1)}
    return tuple(sorted(prefixes)) + tuple(rule.name for rule in RULES)


def is_selector(text: str) -> bool:
    """Return whether `text` selects at least one rule."""
    return text in selectors() or text.upper() in selectors()


def selects(selector: str, code: str) -> int:
    """Return how closely `selector` selects the rule `code`: 0 for not at all, else the length of the matching prefix.

    Args:
        selector: a code, a prefix of one, or a rule's name.
        code: a rule's code.
    """
    text = known_codes().get(selector.lower(), selector.upper())
    return len(text) if code.startswith(text) else 0


def _closest(given: Iterable[str], code: str) -> int:
    return max((selects(selector, code) for selector in given), default=0)


def enabled_codes(settings: Settings) -> frozenset[str]:
    """Return the codes of the rules that are on.

    The closest selector decides, so `select = ["DUR101"]` with `ignore = ["DUR1"]` keeps DUR101; `ignore` wins a tie.
    """
    on = set()
    for rule in RULES:
        if settings.select is None:
            chosen = int(rule.default)
        else:
            chosen = _closest(settings.select, rule.code)
        chosen = max(chosen, _closest(settings.extend_select, rule.code))
        if chosen > _closest(settings.ignore, rule.code):
            on.add(rule.code)
    return frozenset(on)


def is_named(settings: Settings, code: str) -> bool:
    """Return whether the user asked for this very rule, by its code or name."""
    return _closest((*(settings.select or ()), *settings.extend_select), code) == len(code)


def ignored_in(settings: Settings, path: str, code: str) -> bool:
    """Return whether `per-file-ignores` turns the rule off in a file.

    Args:
        settings: holds the patterns.
        path: the file's path relative to `settings.root`, with slashes.
        code: the rule's code.
    """
    return any(_closest(codes, code) and matches(path, pattern) for pattern, codes in settings.per_file_ignores.items())


def matches(path: str, pattern: str) -> bool:
    """Return whether a file or one of its folders matches a pattern.

    Args:
        path: relative, with slashes: `src/shop/orders.py`.
        pattern: a name (`generated`, `*_pb2.py`: matches at any depth), or a path (`src/shop`, `src/**/orders.py`), with
            `*` for anything. A leading `./` and a closing `/` do not count.
    """
    pattern = pattern.removeprefix("./").rstrip("/")
    parts = path.split("/")
    if "/" not in pattern:
        return any(fnmatch(part, pattern) for part in parts)
    loose = pattern.replace("**/", "*")
    return any(
        fnmatch(head, pattern) or fnmatch(head, loose)
        for head in ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
    )
