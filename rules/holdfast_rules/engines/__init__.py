"""The engine profiles: one module an engine, listed here explicitly, and those that a project defines itself."""

from holdfast_rules.engines import (
    absurd,
    aws,
    azure,
    dapr,
    dbos,
    hatchet,
    holdfast,
    inngest,
    resonate,
    restate,
    temporal,
)
from holdfast_rules.engines.definition import profiles_from_table
from holdfast_rules.engines.profile import Profile
from holdfast_rules.engines.spelling import spelled_out
from holdfast_rules.nearest import suggestion

__all__ = ["PROFILES", "Profile", "profile_named", "profiles_from_table"]

PROFILES: tuple[Profile, ...] = tuple(
    spelled_out(module.PROFILE)
    for module in (holdfast, dbos, temporal, aws, azure, restate, absurd, hatchet, inngest, resonate, dapr)
)
"""Every engine that analysis knows, each name under all of its dotted paths."""


def profile_named(name: str, profiles: tuple[Profile, ...] = PROFILES) -> Profile:
    """Return the profile called `name`.

    Args:
        name: the short name, as in `--engine`.
        profiles: where to look: the built-in ones, or those with a project's own behind them.

    Raises:
        ValueError: there is none; the message names the nearest one and lists all.
    """
    by_name = {profile.name: profile for profile in profiles}
    if name in by_name:
        return by_name[name]
    raise ValueError(f"no engine is called `{name}`{suggestion(name, by_name)}; known are {', '.join(sorted(by_name))}")
