"""The `holdfast` command in an empty folder, over an analysis whose result the test chooses."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest
from hand_made import report

from holdfast.__main__ import main
from holdfast_rules.manifest import Manifest, ManifestUnit


class Outcome(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty repository as the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "HOLDFAST_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def holdfast(capsys) -> Callable[..., Outcome]:
    """Run the command in this process."""

    def run(*arguments: str) -> Outcome:
        status = main(arguments)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def analysis(monkeypatch):
    """Stands in for the analysis: gives `result` (raises it when it is an error) and keeps what it was asked."""

    class Analysis:
        result: object = report()
        paths: tuple[str, ...] = ()
        settings = None
        given: Mapping[str, bytes] = {}

        def analyze(self, paths, settings, *, given=None, **others):
            self.given = given or {}
            self.paths = tuple(map(str, paths))
            self.settings = settings
            if isinstance(self.result, BaseException):
                raise self.result
            return self.result

        def examine(self, paths, settings, **others):
            found = self.analyze(paths, settings, **others)
            units = [
                ManifestUnit(id=unit.id, path=unit.path, engine=unit.engine, fingerprint="f1") for unit in found.units
            ]
            return found, Manifest(units=tuple(units))

    stand_in = Analysis()
    monkeypatch.setattr("holdfast_analyzer.api.analyze", stand_in.analyze)
    monkeypatch.setattr("holdfast_analyzer.api.examine", stand_in.examine)
    return stand_in
