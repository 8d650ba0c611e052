"""Finds the project's `pyproject.toml` and lays the command line over it, and it over the defaults."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from holdfast_analyzer.config.errors import ConfigError
from holdfast_analyzer.config.settings import Settings
from holdfast_analyzer.config.table import FIELDS, parse_table

PROJECT_FILE = "pyproject.toml"
DEFAULT = "default"


class Effective(Struct, frozen=True, kw_only=True):
    """The settings that hold, and why.

    Attributes:
        settings: the settings.
        origins: name of each field of `Settings` (but `root`) → `default`, the path of a pyproject.toml, or the option
            of the command line that set it.
        config: the pyproject.toml with a `[tool.holdfast]` table, or None.
    """

    settings: Settings
    origins: Mapping[str, str]
    config: Path | None

    def lines(self) -> list[str]:
        """Return one line `key = value  # origin` for each setting, the values as TOML writes them."""
        shown = [f"# project: {self.settings.root}"]
        for key, encoded in FIELDS.items():
            value = getattr(self.settings, encoded.name)
            origin = self.origins[encoded.name]
            shown.append(f"# {key} is not set  # {origin}" if value is None else f"{key} = {_toml(value)}  # {origin}")
        return shown


def effective_settings(
    paths: Sequence[str | Path],
    *,
    given: Mapping[str, tuple[Any, str]] | None = None,
    isolated: bool = False,
) -> Effective:
    """Return the settings for a check of `paths`.

    The project's file is the first `pyproject.toml` with a `[tool.holdfast]` table in the folder that holds all of
    `paths`, or above it up to the root of the repository.

    Args:
        paths: the files and folders to check; empty for the working directory.
        given: field of `Settings` → its value and the option that gave it (`--select`). `extend_…` adds to the file's.
        isolated: read no pyproject.toml, and load no plugin.

    Raises:
        ConfigError: when the table cannot be used, naming key and file.
    """
    start = _common_folder(paths)
    config, table, root = _discover(start, isolated)
    values = parse_table(table, _shown(config)) if config is not None else {}
    origins = {encoded.name: DEFAULT for encoded in FIELDS.values()}
    origins.update((name, _shown(config)) for name in values if config is not None)
    if isolated:
        values["plugins"], origins["plugins"] = False, "--isolated"
    for name, (value, option) in (given or {}).items():
        if name.startswith("extend_") and name in values:
            values[name] = (*values[name], *value)
            origins[name] = f"{origins[name]} and {option}"
        else:
            values[name] = value
            origins[name] = option
    return Effective(settings=Settings(**values, root=str(root)), origins=origins, config=config)


def _common_folder(paths: Sequence[str | Path]) -> Path:
    """Return the deepest folder that holds all of `paths`, absolute."""
    absolute = [Path(path).absolute() for path in paths] or [Path.cwd()]
    folders = [path if path.is_dir() else path.parent for path in absolute]
    try:
        return Path(os.path.commonpath(folders)).resolve()
    except ValueError:  # on different drives
        return Path.cwd()


def _discover(start: Path, isolated: bool) -> tuple[Path | None, dict[str, Any], Path]:
    """Return the project's file with its table, and the project's folder.

    Without such a file the project's folder is the nearest with any pyproject.toml, else the repository's, else `start`.
    """
    nearest: Path | None = None
    for folder in (start, *start.parents):
        file = folder / PROJECT_FILE
        if file.is_file():
            table = None if isolated else _read(file)
            if table is not None:
                return file, table, folder
            nearest = nearest or folder
        if (folder / ".git").exists():
            return None, {}, nearest or folder
    return None, {}, nearest or start


def _read(file: Path) -> dict[str, Any] | None:
    """Return the `[tool.holdfast]` table of a pyproject.toml, or None when it has none."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {_shown(file)}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{_shown(file)} is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{_shown(file)} is no valid TOML: {error}") from error
    tool = document.get("tool", {})
    table = tool.get("holdfast") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"`tool.holdfast` in {_shown(file)} must be a table")
    return table


def _shown(path: Path | None) -> str:
    """Return `path` relative to the working directory where it lies below it."""
    if path is None:
        return ""
    try:
        return str(path.relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def _toml(value: Any) -> str:
    """Return a setting's value as TOML writes it."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_toml(str(key))} = {_toml(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, Struct):
        return _toml(getattr(value, "name", ""))
    return str(value)
