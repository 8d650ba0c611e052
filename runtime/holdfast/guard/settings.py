"""What a project's `[tool.holdfast]` says that the guard obeys as well."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast_rules.registry import select


@dataclass(frozen=True, slots=True)
class Settings:
    """Those of the analyzer's settings that mean something when code runs.

    Attributes:
        trusted: dotted names of functions, or `pkg.*`, whose authors vouch for them.
        effects: names of hazards that the project adds to the catalogue, by effect.
        codes: of the rules that are on.
    """

    trusted: tuple[str, ...] = ()
    effects: Mapping[str, Sequence[str]] = field(default_factory=dict)
    codes: frozenset[str] = frozenset(rule.code for rule in select())

    def trusts(self, name: str) -> bool:
        """Whether the function with this dotted name is trusted."""
        return any(
            name == each or (each.endswith("*") and name.startswith(each.removesuffix("*"))) for each in self.trusted
        )


@functools.lru_cache(maxsize=8)
def settings_of(folder: Path) -> Settings:
    """Return the settings of the project that `folder` belongs to: as for `holdfast check`, the first `pyproject.toml`
    with a `[tool.holdfast]` table there or above, up to the root of the repository.
    """
    for each in (folder, *folder.parents):
        table = _table(each / "pyproject.toml")
        if table is not None:
            chosen = select(table.get("select", ()), table.get("ignore", ()), table.get("extend-select", ()))
            return Settings(
                tuple(table.get("trusted", ())), table.get("effects", {}), frozenset(rule.code for rule in chosen)
            )
        if (each / ".git").exists():
            break
    return Settings()


def _table(file: Path) -> dict[str, Any] | None:
    if not file.is_file():
        return None
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"the guard cannot read {file}: {error}; mend it, or give `Guard(settings=…)`") from error
    found = document.get("tool", {}).get("holdfast")
    return found if isinstance(found, dict) else None
