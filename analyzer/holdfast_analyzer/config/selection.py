"""Which rules are on, for the whole check and in single files."""

import os
from fnmatch import fnmatch

from holdfast_analyzer.config.settings import Settings
from holdfast_rules.engines import PROFILES, Profile
from holdfast_rules.registry import every_rule, extensions, rule, select
from holdfast_rules.rule import Rule


def known_rules(settings: Settings) -> tuple[Rule, ...]:
    """Return all rules that there are, those of plugins among them unless `plugins` is off."""
    return every_rule(plugins=settings.plugins)


def known_engines(settings: Settings) -> tuple[Profile, ...]:
    """Return the engines that Holdfast, its plugins (unless `plugins` is off) and the project describe."""
    return (*PROFILES, *(extensions().engines if settings.plugins else ()), *settings.engine)


def enabled_codes(settings: Settings) -> frozenset[str]:
    """Return the codes of the rules that are on: `select` or the defaults, and `extend-select`, without `ignore`."""
    chosen = select(settings.select, settings.ignore, settings.extend_select, among=known_rules(settings))
    return frozenset(found.code for found in chosen)


def named_codes(settings: Settings) -> frozenset[str]:
    """Return the codes that the user asked for one by one, by code or name, and not by a prefix."""
    given = {*settings.select, *settings.extend_select}
    return frozenset(known.code for known in known_rules(settings) if given & {known.code, known.name})


def ignored_in(settings: Settings, path: str, code: str) -> bool:
    """Return whether `per-file-ignores` turns a rule off in a file.

    Args:
        settings: holds the patterns.
        path: as findings name it: absolute, or relative to the working directory.
        code: the rule's code.
    """
    if not settings.per_file_ignores:
        return False
    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(settings.root)).replace(os.sep, "/")
    return any(
        any(code.startswith(selector) or rule(code).name == selector for selector in selectors)
        and matches(inside, pattern)
        for pattern, selectors in settings.per_file_ignores.items()
    )


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
    heads = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return any(fnmatch(head, pattern) or fnmatch(head, loose) for head in heads)
