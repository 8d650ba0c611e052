"""Profiles that a project defines in its own pyproject.toml, as `[[tool.holdfast.engine]]` tables.

```toml
[[tool.holdfast.engine]]
name = "acme"
packages = ["acme_flow"]
workflows = [{ decorator = "acme_flow.flow" }]
steps = [{ decorator = "acme_flow.task" }]
operations = [{ name = "acme_flow.pause", kind = "sleep" }]
replacements = { wall-clock = "`acme_flow.now()`" }
```
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from holdfast_rules.effect import Effect
from holdfast_rules.engines.profile import Profile
from holdfast_rules.engines.spelling import spelled_out
from holdfast_rules.nearest import suggestion


def profiles_from_table(tables: Any, taken: Sequence[str] = ()) -> tuple[Profile, ...]:
    """Return the profiles that a project defines, each name spelled out under all of its paths.

    Args:
        tables: the `[[tool.holdfast.engine]]` tables as `tomllib` gives them. The keys are those of `Profile` and the
            structures inside it; `title` may be left out and is the name then.
        taken: names of engines that exist already.

    Raises:
        ValueError: a key is unknown (the message names the nearest valid one), a value has the wrong type, a required key
            is missing, nothing says what a workflow is, or a name is taken.
    """
    if not isinstance(tables, Sequence) or isinstance(tables, str):
        raise ValueError("`tool.holdfast.engine` must be an array of tables: write `[[tool.holdfast.engine]]`")
    found: list[Profile] = []
    for index, table in enumerate(tables):
        profile = _profile(table, f"tool.holdfast.engine[{index}]")
        if profile.name in taken or any(profile.name == other.name for other in found):
            raise ValueError(f"`tool.holdfast.engine[{index}]`: an engine called `{profile.name}` exists already")
        found.append(profile)
    return tuple(spelled_out(profile) for profile in found)


def _profile(table: Any, place: str) -> Profile:
    if not isinstance(table, Mapping):
        raise ValueError(f"`{place}` must be a table, not {type(table).__name__}")
    _refuse_unknown_keys(table, Profile, place)
    filled = {"title": table.get("name", ""), **table}
    try:
        profile = msgspec.convert(filled, Profile)
    except msgspec.ValidationError as error:
        raise ValueError(f"`{place}` is no engine profile: {error}") from error
    if not profile.workflows:
        raise ValueError(f"`{place}.workflows` is empty: say how a workflow of `{profile.name}` is declared")
    return profile


def _refuse_unknown_keys(value: Any, expected: Any, place: str) -> None:
    """Raise for the first key below `value` that the type `expected` does not have; other mistakes are msgspec's."""
    if isinstance(expected, type) and issubclass(expected, msgspec.Struct):
        if isinstance(value, Mapping):
            fields = get_type_hints(expected)
            for key, inner in value.items():
                if key not in fields:
                    raise ValueError(f"`{place}` has no key `{key}`{suggestion(key, fields)}")
                _refuse_unknown_keys(inner, fields[key], f"{place}.{key}")
        return
    arguments = get_args(expected)
    if get_origin(expected) is tuple and isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            _refuse_unknown_keys(inner, arguments[0], f"{place}[{index}]")
    elif isinstance(value, Mapping) and Effect in arguments:
        effects = [effect.value for effect in Effect]
        for key in value:
            if key not in effects:
                raise ValueError(f"`{place}` has no key `{key}`{suggestion(key, effects)}")
