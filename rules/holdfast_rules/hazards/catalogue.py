"""The catalogue of hazards, indexed by name."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.aliases import MODULES, classes_above, public_names
from holdfast_rules.hazards.hazard import Hazard, Use
from holdfast_rules.hazards.listing import HAZARDS
from holdfast_rules.nearest import nearest


class Catalogue:
    """What is known of dotted names. It does not change once made; a lookup costs a few dictionary accesses.

    Args:
        hazards: the entries. A name may stand in several, with different effects or conditions.
    """

    __slots__ = ("_below", "_exact", "_packages", "_starts", "added", "hazards")

    def __init__(self, hazards: Iterable[Hazard]) -> None:
        self.added: Catalogue | None = None
        """What a project added, by itself: such entries speak of the project's own functions, too."""
        self.hazards: tuple[Hazard, ...] = tuple(hazards)
        self._exact: dict[str, tuple[Hazard, ...]] = {}
        self._below: dict[str, tuple[Hazard, ...]] = {}
        for hazard in self.hazards:
            stem = hazard.name.removesuffix(".*")
            index = self._exact if stem == hazard.name else self._below
            index[stem] = (*index.get(stem, ()), hazard)
        self._packages = frozenset(hazard.name.partition(".")[0] for hazard in self.hazards)
        builtin = {hazard.name.split(".")[1] for hazard in self.hazards if hazard.name.startswith("builtins.")}
        # Most names that are looked up are a project's own: their first part alone tells that nothing is known of them.
        self._starts = self._packages | builtin | {module.partition(".")[0] for module in MODULES}

    @classmethod
    def default(cls) -> "Catalogue":
        """The catalogue that comes with Holdfast, always the same object."""
        return _default()

    def lookup(self, dotted: str) -> tuple[Hazard, ...]:
        """The entries of a name: its own, else those of the longest `package.*` above it.

        A name that has neither is tried by where it is public: `posixpath.exists` is `os.path.exists`,
        `openai._client.OpenAI` is `openai.OpenAI`, `redis.client.Redis` is `redis.Redis`, `getattr` is `builtins.getattr`.

        Args:
            dotted: a canonical dotted name, `datetime.datetime.now`.

        Returns:
            The entries, in the order of the catalogue; empty if nothing is known of the name. Their `use` and `when`
            are for the caller to judge.
        """
        return self._found(self.canonical(dotted))

    def canonical(self, dotted: str) -> str:
        """The name under which the catalogue speaks of what `dotted` names.

        Args:
            dotted: a dotted name, of a definition or of something that a package shows: `redis.client.Redis`.

        Returns:
            `redis.Redis`; `dotted` itself if that has entries, or if nothing is known of it.
        """
        first = dotted.partition(".")[0]
        if not (first in self._starts or first.startswith("_")) or self._found(dotted):
            return dotted
        names = list(public_names(dotted))
        for name in names:
            if self._found(name):
                return name
        # A guess, so it must name an entry exactly: `openai.types.Image` is not what `openai.Image.*` covers.
        for name in (dotted, *names):
            for shown in classes_above(name):
                if shown in self._exact:
                    return shown
        return dotted

    def using(self, origin: str, attribute: str) -> tuple[Hazard, ...]:
        """The hazards of using an attribute of what `origin` gave, or of an instance of it.

        An entry of its own for the attribute decides (`boto3.Session.client` only makes a client); else the
        CLIENT and CONNECT entries of `origin` do, unless they call the attribute harmless.

        Args:
            origin: the dotted name that was called, or of the class: `requests.Session`.
            attribute: what is called, entered or iterated, with dots if it lies deeper: `get`, `__enter__`, `__iter__`,
                `chat.completions.create`.

        Returns:
            The entries that make this use a hazard, as far as their `when` holds; empty if it is harmless. What the
            call gives has the origin `f"{origin}.{attribute}"`.
        """
        own = self.lookup(f"{origin}.{attribute}")
        if own:
            return tuple(hazard for hazard in own if hazard.use is not Use.CLIENT)
        first = attribute.partition(".")[0]
        return tuple(
            hazard
            for hazard in self.lookup(origin)
            if hazard.use in (Use.CLIENT, Use.CONNECT) and first not in hazard.harmless
        )

    def is_known_package(self, name: str) -> bool:
        """Whether the catalogue says anything of a top-level package, so that what it does not name there is harmless.

        Args:
            name: a dotted name; only its first part counts.
        """
        return name.partition(".")[0] in self._packages

    def with_project(self, effects: Mapping[str, Sequence[str]]) -> Self:
        """This catalogue and the names of a project (`[tool.holdfast.effects]`).

        Args:
            effects: for each word of `Effect`, dotted names or `package.*` patterns: `{"network-call": ["acme.rpc.*"]}`.
                A name whose last part is written like a class (`acme.rpc.Client`) counts when it is called and when
                a method of the instance is; any other when it is called.

        Returns:
            A new catalogue.

        Raises:
            ValueError: a word is no effect, or a name is no dotted name.
        """
        added = [
            _project_hazard(effect, name)
            for word, names in effects.items()
            for effect in (_effect(word),)
            for name in _listed(word, names)
        ]
        return self.with_hazards(added)

    def with_hazards(self, added: Iterable[Hazard]) -> Self:
        """This catalogue and further entries, which speak of the project's own functions and classes, too."""
        added = tuple(added)
        extended = type(self)((*self.hazards, *added))
        extended.added = type(self)((*(self.added.hazards if self.added is not None else ()), *added))
        return extended

    def _found(self, dotted: str) -> tuple[Hazard, ...]:
        found = self._exact.get(dotted)
        if found is not None:
            return found
        end = len(dotted)
        while (end := dotted.rfind(".", 0, end)) > 0:
            found = self._below.get(dotted[:end])
            if found is not None:
                return found
        return ()


@functools.cache
def _default() -> Catalogue:
    return Catalogue(HAZARDS)


def _effect(word: str) -> Effect:
    try:
        return Effect(word)
    except ValueError:
        words = [effect.value for effect in Effect]
        near = nearest(word, words)
        raise ValueError(
            f"unknown effect `{word}` in `[tool.holdfast.effects]`: did you mean `{near}`; one of {', '.join(words)}"
        ) from None


def _listed(word: str, names: Sequence[str]) -> Sequence[str]:
    if isinstance(names, str):
        raise ValueError(f'`{word}` in `[tool.holdfast.effects]` must be a list: write `{word} = ["{names}"]`')
    return names


def _project_hazard(effect: Effect, name: str) -> Hazard:
    stem = name.removesuffix(".*")
    parts = stem.split(".")
    if not all(part.isidentifier() for part in parts):
        raise ValueError(
            f"`{name}` under `{effect}` in `[tool.holdfast.effects]` is no dotted name: write `package.module.name`"
            " or `package.module.*`"
        )
    is_class = stem == name and parts[-1].lstrip("_")[:1].isupper()
    return Hazard(name=name, effect=effect, use=Use.CONNECT if is_class else Use.CALL, note="named by the project")
