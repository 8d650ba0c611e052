"""Plugins: rules, engines and hazards that an installed package adds, under an entry point of the group `holdfast.rules`.

A plugin is data, named by its entry point (`acme = "acme_holdfast:PLUGIN"`); nothing registers itself by being imported.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from holdfast_rules.engines.profile import Profile
from holdfast_rules.engines.spelling import spelled_out
from holdfast_rules.hazards.hazard import Hazard
from holdfast_rules.rule import FAMILIES, Rule

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "holdfast.rules"
"""The group of entry points (https://packaging.python.org/en/latest/specifications/entry-points/)."""

OWN_PREFIX: Final = "DUR"
CODE: Final = re.compile(r"[A-Z]{3}\d{3}")
NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
HAZARD_NAME: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+(\.\*)?")


class Plugin(Struct, frozen=True, kw_only=True):
    """What an entry point of the group `holdfast.rules` names.

    Attributes:
        rules: own rules. A code is three capital letters of the plugin's own and three digits, of which the first one
            says the family (`ACM301` is about effects); a name has a hyphen in it.
        engines: profiles of engines, as `[[tool.holdfast.engine]]` describes them.
        hazards: names of the plugin's libraries for the catalogue.
    """

    rules: tuple[Rule, ...] = ()
    engines: tuple[Profile, ...] = ()
    hazards: tuple[Hazard, ...] = ()


class PluginProblem(Struct, frozen=True):
    """A plugin that is left out: its entry point with the distribution, and why."""

    plugin: str
    message: str


class Extensions(Struct, frozen=True, kw_only=True):
    """What all plugins add together.

    Attributes:
        rules: in the order of the codes.
        engines: each name under all of its dotted paths.
        hazards: of all plugins.
        origins: code of each rule → the plugin that it comes from.
        problems: the plugins that are left out.
    """

    rules: tuple[Rule, ...] = ()
    engines: tuple[Profile, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    origins: dict[str, str] = {}
    problems: tuple[PluginProblem, ...] = ()


class Unusable(ValueError):
    """What a plugin gives cannot be used; the message says what and why."""


def are_installed(folders: Iterable[str]) -> bool:
    """Tell whether a distribution on Python's path may have entry points of the group.

    Most environments have none: there this takes a tenth of the time that `importlib.metadata` takes to be imported.

    Args:
        folders: `sys.path`.
    """
    for folder in map(Path, dict.fromkeys(folders)):
        if folder.is_file():
            return True  # an archive: `importlib.metadata` looks inside
        for listed in folder.glob("*.*-info/entry_points.txt"):
            try:
                if GROUP.encode() in listed.read_bytes():
                    return True
            except OSError:
                return True  # why it cannot be read is for `importlib.metadata` to say
    return False


def load(found: "Iterable[EntryPoint]", rules: Sequence[Rule], engines: Sequence[Profile]) -> Extensions:
    """Return what plugins add; one that fails is left out whole, and named.

    Args:
        found: the entry points of the group.
        rules, engines: those that exist already, with which no plugin may clash.
    """
    loaded = Extensions()
    for point in sorted(found, key=lambda point: (point.name, point.value)):
        origin = shown(point)
        try:
            plugin = point.load()
            problems = list(_problems(plugin, (*rules, *loaded.rules), (*engines, *loaded.engines)))
            if problems:
                raise Unusable("; ".join(problems))
            own = tuple(spelled_out(profile) for profile in plugin.engines)
        except Unusable as error:
            problem = PluginProblem(origin, str(error))
        except Exception as error:  # other people's code: whatever it raises is theirs, and is named
            problem = PluginProblem(origin, f"cannot be loaded: {type(error).__name__}: {error}")
        else:
            loaded = msgspec.structs.replace(
                loaded,
                rules=tuple(sorted((*loaded.rules, *plugin.rules), key=lambda rule: rule.code)),
                engines=(*loaded.engines, *own),
                hazards=(*loaded.hazards, *plugin.hazards),
                origins={**loaded.origins, **{rule.code: origin for rule in plugin.rules}},
            )
            continue
        loaded = msgspec.structs.replace(loaded, problems=(*loaded.problems, problem))
    return loaded


def shown(point: "EntryPoint") -> str:
    """Return how messages name a plugin: its entry point, and the distribution that it comes from."""
    distribution = point.dist
    return f"{point.name} ({distribution.name} {distribution.version})" if distribution is not None else point.name


def _problems(plugin: object, rules: Sequence[Rule], engines: Sequence[Profile]) -> Iterator[str]:
    if not isinstance(plugin, Plugin):
        yield f"is no `holdfast_rules.plugins.Plugin` but {type(plugin).__name__}"
        return
    # What other people's code gives need not be what it says that it is.
    own_rules: Sequence[object] = plugin.rules
    own_engines: Sequence[object] = plugin.engines
    own_hazards: Sequence[object] = plugin.hazards
    codes, names = {rule.code: rule for rule in rules}, {rule.name: rule for rule in rules}
    for rule in own_rules:
        if not isinstance(rule, Rule):
            yield f"`rules` holds {type(rule).__name__}, which is no `holdfast_rules.rule.Rule`"
            continue
        if not CODE.fullmatch(rule.code) or rule.code.startswith(OWN_PREFIX) or rule.code[3] not in FAMILIES:
            yield (
                f"the code `{rule.code}` is not three capital letters (other than `{OWN_PREFIX}`) and three digits, of which"
                f" the first is one of {', '.join(FAMILIES)}"
            )
        if not NAME.fullmatch(rule.name):
            yield f"the name `{rule.name}` of {rule.code} is no words in small letters with hyphens between them"
        for key, taken in ((rule.code, codes), (rule.name, names)):
            if key in taken:
                yield f"the rule `{key}` exists already ({taken[key].code} {taken[key].name})"
            taken[key] = rule
    known = {profile.name for profile in engines}
    for profile in own_engines:
        if not isinstance(profile, Profile):
            yield f"`engines` holds {type(profile).__name__}, which is no `holdfast_rules.engines.Profile`"
        elif profile.name in known:
            yield f"an engine called `{profile.name}` exists already"
        else:
            known.add(profile.name)
    for hazard in own_hazards:
        if not isinstance(hazard, Hazard):
            yield f"`hazards` holds {type(hazard).__name__}, which is no `holdfast_rules.hazards.hazard.Hazard`"
        elif not HAZARD_NAME.fullmatch(hazard.name):
            yield f"the hazard `{hazard.name}` is no dotted name: write `package.module.name` or `package.module.*`"
