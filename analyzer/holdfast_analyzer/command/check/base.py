"""`--since`, `--manifest` and `--write-manifest`: what the durable operations are compared to, and what was checked."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from holdfast_analyzer.command.options import analyzed, analyzing
from holdfast_analyzer.config import Effective, Settings
from holdfast_analyzer.render.style import count
from holdfast_analyzer.report import Report
from holdfast_rules.manifest import DEFAULT_PATH, Manifest, UnusableManifest, decoded, encoded

if TYPE_CHECKING:
    from holdfast_analyzer.comparison import Base

F = TypeVar("F", bound=Callable[..., Any])


def base_options(command: F) -> F:
    """Add the options."""
    decorators = [
        click.option(
            "--since", metavar="REV", help="Compare the durable operations to those of a git revision (DUR601)."
        ),
        click.option(
            "--manifest", metavar="FILE", help="Compare the durable operations to those of a manifest (DUR601)."
        ),
        click.option(
            "--write-manifest",
            metavar="[FILE]",
            is_flag=False,
            flag_value="",
            help=f"Write which code was checked, to `{DEFAULT_PATH}` unless a file is given.",
        ),
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def compared(
    paths: tuple[Path, ...],
    effective: Effective,
    options: Mapping[str, Any],
    given: Mapping[str, bytes],
    *,
    fixes: bool = False,
) -> Report:
    """Return the report on some paths, compared to the base that the options name; write the manifest that they ask for.

    Args:
        paths: the files and folders to check.
        effective: the settings that hold.
        options: of the command.
        given: path → content that a file has in place of the one on disk.
        fixes: find out what would mend each finding.

    Raises:
        click.UsageError: the base cannot be had, or the manifest cannot be written.
    """
    settings = effective.settings
    base = _base(paths, settings, options)
    if options["write_manifest"] is None:
        return analyzed(paths, effective, quiet=options["quiet"], given=given, base=base, fixes=fixes)
    target = _target(settings, options["write_manifest"])
    with analyzing(quiet=options["quiet"]) as progress:
        from holdfast_analyzer import api

        report, manifest = api.examine(
            paths or (Path(),), settings, progress=progress, given=given, base=base, fixes=fixes
        )
    _write(target, manifest)
    click.echo(f"wrote {count(len(manifest.units), 'workflow')} to `{os.path.relpath(target)}`", err=True)
    return report


def _base(paths: tuple[Path, ...], settings: Settings, options: Mapping[str, Any]) -> "Base | None":
    if options["since"] is not None and options["manifest"] is not None:
        raise click.UsageError("`--since` and `--manifest` do not go together: each names what is compared to")
    if options["since"] is not None:
        from holdfast_analyzer import api
        from holdfast_analyzer.git import GitFailed

        try:
            return api.base_of_revision(paths or (Path(),), settings, options["since"])
        except GitFailed as error:
            raise click.UsageError(f"`--since`: {error}") from error
    if options["manifest"] is not None:
        from holdfast_analyzer import api

        return api.base_of_manifest(read_manifest(Path(options["manifest"])), settings, options["manifest"])
    return None


def read_manifest(path: Path) -> Manifest:
    """Return the manifest in a file.

    Raises:
        click.UsageError: it cannot be read, or is none.
    """
    try:
        return decoded(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise click.UsageError(
            f"there is no manifest `{path}`; write it with `holdfast check --write-manifest={path}`"
        ) from error
    except OSError as error:
        raise click.UsageError(
            f"the manifest `{path}` cannot be read: {(error.strerror or str(error)).lower()}"
        ) from error
    except UnusableManifest as error:
        raise click.UsageError(str(error)) from error


def _target(settings: Settings, named: str) -> Path:
    target = Path(named).absolute() if named else Path(settings.root or ".").absolute() / DEFAULT_PATH
    if target.is_dir():
        raise click.UsageError(
            f"`--write-manifest` takes a file and `{named}` is a folder: name folders first, or `--write-manifest=FILE`"
        )
    if target.exists():
        try:
            decoded(target.read_bytes(), named)
        except (OSError, UnusableManifest) as error:
            raise click.UsageError(
                f"`{os.path.relpath(target)}` is there and is no manifest, so it is not overwritten: name the paths to check"
                " first, or `--write-manifest=FILE`; or remove it"
            ) from error
    return target


def _write(target: Path, manifest: Manifest) -> None:
    """Write a manifest, whole or not at all."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        partial.write_bytes(encoded(manifest))
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise click.UsageError(
            f"the manifest `{target}` cannot be written: {(error.strerror or str(error)).lower()}"
        ) from error
