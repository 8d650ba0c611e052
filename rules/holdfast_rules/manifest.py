"""The manifest: which code of which workflows was checked, and what it did. Written by the analyzer, read by both sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct, field

DEFAULT_PATH: Final = "holdfast.manifest.json"
FORMAT_VERSION: Final = 1
"""Rises when a reader of the file would have to change; new keys do not count."""


class ManifestUnit(Struct, frozen=True, kw_only=True):
    """A workflow as it was checked.

    Attributes:
        id: `pkg.module:qualname`.
        path: of its file, relative to the project's root, with slashes.
        name: under which it is recorded.
        engine: short name of its engine.
        version: that its author gave it, or "".
        fingerprint: of its code; "" when the Python that ran the check could not read it.
        verdict: `proved`, `violated` or `unknown`.
        codes: the codes of the findings against it, suppressed ones left out.
        skeleton: its durable operations; see `holdfast_rules.skeleton`.
        code: the functions, classes and values that it reaches → a digest of each alone.
    """

    id: str
    path: str = ""
    name: str = ""
    engine: str = "holdfast"
    version: str = ""
    fingerprint: str = ""
    verdict: str = "unknown"
    codes: tuple[str, ...] = ()
    skeleton: tuple[str, ...] = ()
    code: dict[str, str] = field(default_factory=dict)


class Manifest(Struct, frozen=True, kw_only=True):
    """What one check found, sorted, without anything that differs between two checks of the same code.

    Attributes:
        version: of this format.
        holdfast: the release that wrote it.
        packages: the project's own top-level packages and modules that workflows reach: they count also where a deployment
            has them installed.
        units: the workflows, by id and engine.
    """

    version: int = FORMAT_VERSION
    holdfast: str = ""
    packages: tuple[str, ...] = ()
    units: tuple[ManifestUnit, ...] = ()

    def named(self, id: str) -> Iterator[ManifestUnit]:
        """Yield the units that an id may mean, the exact one first.

        A module's name depends on where its imports begin (`shop.orders` from a folder above, `orders` from within), so
        that one name may be the end of the other.
        """
        module, _, qualname = id.partition(":")
        yield from (unit for unit in self.units if unit.id == id)
        for unit in self.units:
            other, _, name = unit.id.partition(":")
            if name == qualname and (module.endswith(f".{other}") or other.endswith(f".{module}")):
                yield unit


class UnusableManifest(ValueError):
    """A file is no manifest, or one that this release cannot read."""


def encoded(manifest: Manifest) -> bytes:
    """Return the file's content: indented JSON with a line end."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decoded(data: bytes, path: str) -> Manifest:
    """Return the manifest that a file holds.

    Args:
        data: the file's content.
        path: names it in errors.

    Raises:
        UnusableManifest: it is no manifest, or of a newer format.
    """
    try:
        version = _VERSIONED.decode(data).version
        if version > FORMAT_VERSION:
            raise UnusableManifest(
                f"the manifest `{path}` has format {version}, and this release reads up to {FORMAT_VERSION}; upgrade"
                " holdfast, or write it anew with `holdfast check --write-manifest`"
            )
        return _MANIFEST.decode(data)
    except msgspec.MsgspecError as error:
        raise UnusableManifest(
            f"`{path}` is no manifest of holdfast: {error}; write it anew with `holdfast check --write-manifest`"
        ) from error


class _Versioned(Struct):
    version: int


_VERSIONED = msgspec.json.Decoder(_Versioned)
_MANIFEST = msgspec.json.Decoder(Manifest)
