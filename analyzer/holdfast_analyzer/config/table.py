"""Reads a `[tool.holdfast]` table into typed values; every refusal names the key, the file and what would be valid."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from holdfast_analyzer.config.errors import ConfigError, nearest
from holdfast_analyzer.config.settings import FailOn, Settings
from holdfast_rules.effect import Effect
from holdfast_rules.engines import PROFILES, Profile, profile_named, profiles_from_table
from holdfast_rules.nearest import nearest as nearest_of
from holdfast_rules.registry import every_rule, extensions, select
from holdfast_rules.rule import Rule, Severity

FIELDS = {encoded.encode_name: encoded for encoded in msgspec.structs.fields(Settings) if encoded.name != "root"}
"""Key of the table → field of `Settings`."""

WORDS = {"array": "a list", "str": "a string", "int": "a whole number", "bool": "true or false", "object": "a table"}
"""How msgspec and how a person calls the types of TOML."""


def parse_table(table: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return the values of a `[tool.holdfast]` table, by the name of their field in `Settings`.

    Args:
        table: the table as TOML gives it.
        place: where it stands, for messages: the path of the file.

    Raises:
        ConfigError: for an unknown key, a value of the wrong type, or a rule, engine, effect or severity that does not exist.
    """
    unknown = [key for key in table if key not in FIELDS]
    if unknown:
        raise ConfigError(f"unknown key `{unknown[0]}` in `[tool.holdfast]` of {place}{nearest(unknown[0], FIELDS)}")
    values: dict[str, Any] = {}
    # What other keys may name comes first.
    for key in sorted(table, key=lambda name: (name != "plugins", name != "engine")):
        where = f"`{key}` in `[tool.holdfast]` of {place}"
        plugins = values.get("plugins", True)
        if key in OF_RULES:
            value = OF_RULES[key](table[key], where, every_rule(plugins=plugins))
        elif key == "engine":
            value = _profiles(table[key], where, plugins=plugins)
        elif key in PARSERS:
            value = PARSERS[key](table[key], where)
        else:
            value = _typed(table[key], FIELDS[key].type, where)
        values[FIELDS[key].name] = value
    own = (*(extensions().engines if values.get("plugins", True) else ()), *values.get("engine", ()))
    check_engines(values.get("engines", ()), own, f"`engines` in `[tool.holdfast]` of {place}")
    return values


def check_selectors(given: tuple[str, ...], where: str, known: Sequence[Rule]) -> tuple[str, ...]:
    """Return `given` with codes in capitals and names in small letters; refuse what selects no rule of `known`.

    Raises:
        ConfigError: naming `where` and the nearest rule.
    """
    letters, names = {rule.code[:3] for rule in known}, {rule.name for rule in known}
    cased = tuple(
        selector.lower() if selector.lower() in names or selector[:3].upper() not in letters else selector.upper()
        for selector in given
    )
    try:
        select(cased, among=known)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error
    return cased


def check_engines(given: tuple[str, ...], own: tuple[Profile, ...], where: str) -> tuple[str, ...]:
    """Return `given`; refuse the name of an engine that neither holdfast, nor a plugin or the project (`own`) describes.

    Raises:
        ConfigError: naming `where` and the nearest engine.
    """
    for name in given:
        try:
            profile_named(name, (*PROFILES, *own))
        except ValueError as error:
            raise ConfigError(f"{where}: {error}") from error
    return given


def check_severity(given: str, where: str) -> Severity:
    """Return the severity called `given`.

    Raises:
        ConfigError: naming `where` and the nearest severity.
    """
    try:
        return Severity(given)
    except ValueError:
        raise ConfigError(f"{where} is no severity: `{given}`{nearest(given, list(Severity))}") from None


def check_fail_on(given: str, where: str) -> FailOn:
    """Return the least severity to fail on that is called `given`.

    Raises:
        ConfigError: naming `where` and the nearest one.
    """
    try:
        return FailOn(given)
    except ValueError:
        raise ConfigError(f"{where} is no severity: `{given}`{nearest(given, list(FailOn))}") from None


def _typed(value: Any, wanted: Any, where: str) -> Any:
    """Convert a TOML value to the type of its field."""
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        text, _, at = str(error).partition(" - at ")
        text = text.replace(" | null", "")
        for word, shown in WORDS.items():
            text = text.replace(f"`{word}`", shown)
        item = at.strip("`$")
        raise ConfigError(f"{where}{f' at {item}' if item else ''}: {text[:1].lower()}{text[1:]}") from None


def _selectors(value: Any, where: str, known: Sequence[Rule]) -> tuple[str, ...]:
    return check_selectors(_typed(value, tuple[str, ...], where), where, known)


def _ignores_by_file(value: Any, where: str, known: Sequence[Rule]) -> dict[str, tuple[str, ...]]:
    table = _typed(value, dict[str, tuple[str, ...]], where)
    return {pattern: check_selectors(codes, f"{where} for `{pattern}`", known) for pattern, codes in table.items()}


def _severities(value: Any, where: str, known: Sequence[Rule]) -> dict[str, Severity]:
    table = _typed(value, dict[str, str], where)
    codes = {key: rule.code for rule in known for key in (rule.code, rule.name)}
    found = {}
    for name, word in table.items():
        if name not in codes:
            raise ConfigError(f"{where}: no rule is called `{name}`; the nearest is `{nearest_of(name, codes)}`")
        found[codes[name]] = check_severity(word, f"{where} for `{name}`")
    return found


def _effects(value: Any, where: str) -> dict[Effect, tuple[str, ...]]:
    table = _typed(value, dict[str, tuple[str, ...]], where)
    for word in table:
        if word not in list(Effect):
            raise ConfigError(f"{where} names no kind of hazard: `{word}`{nearest(word, list(Effect))}")
    return {Effect(word): names for word, names in table.items()}


def _profiles(value: Any, where: str, *, plugins: bool) -> tuple[Profile, ...]:
    taken = (*PROFILES, *(extensions().engines if plugins else ()))
    try:
        return profiles_from_table(value, [profile.name for profile in taken])
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _severity(value: Any, where: str) -> Severity:
    return check_severity(_typed(value, str, where), where)


def _fail_on(value: Any, where: str) -> FailOn:
    return check_fail_on(_typed(value, str, where), where)


OF_RULES: Mapping[str, Callable[[Any, str, Sequence[Rule]], Any]] = {
    "select": _selectors,
    "ignore": _selectors,
    "extend-select": _selectors,
    "per-file-ignores": _ignores_by_file,
    "severity": _severities,
}
"""Keys whose values name rules."""

PARSERS: Mapping[str, Callable[[Any, str], Any]] = {
    "effects": _effects,
    "min-severity": _severity,
    "fail-on": _fail_on,
}
"""Keys whose values must name something else that exists; the others only need the right type."""
