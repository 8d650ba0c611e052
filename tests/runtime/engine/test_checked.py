"""`Engine(require_checked=)`: only the code that was checked runs, or a warning tells of other code."""

import importlib
import itertools
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

import holdfast
from holdfast import Engine, NotChecked
from holdfast.declare import registry
from holdfast.declare.version import fingerprint_of
from holdfast_rules.manifest import Manifest, ManifestUnit, encoded

numbers = itertools.count()

APP = """
from holdfast import step, workflow


@step
def pay(order: str) -> str:
    return f"paid {order}"


def shout(text: str) -> str:
    return text.upper()


@workflow
def buy(order: str) -> str:
    return shout(pay(order))
"""


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No workflow of another test's, and an empty working directory."""
    monkeypatch.setattr(registry, "_workflows", {})
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def imported(tmp_path: Path) -> Callable[[str], ModuleType]:
    def load(source: str) -> ModuleType:
        name = f"checked_app_{next(numbers)}"
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(name)

    return load


def manifest_for(app: ModuleType, **others: object) -> Manifest:
    """What a check of `app` would write."""
    found = fingerprint_of(app.buy.function)
    unit = ManifestUnit(id=app.buy.unit, fingerprint=found.digest, code=found.parts, verdict="proved")
    return Manifest(units=(msgspec.structs.replace(unit, **others),))


def written(manifest: Manifest, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(manifest))
    return path


def run(app: ModuleType, **options: object) -> str:
    with Engine("sqlite:///:memory:", **options) as engine:
        return engine.run(app.buy, "o-1")


def test_checked_code_runs(imported, tmp_path) -> None:
    app = imported(APP)
    path = written(manifest_for(app), tmp_path / "elsewhere" / "manifest.json")
    assert run(app, require_checked="raise", manifest=path) == "PAID O-1"


def test_other_code_is_refused_and_the_error_says_what_differs(imported, tmp_path) -> None:
    before = imported(APP)
    app = imported(APP.replace("text.upper()", "text.lower()"))
    old = manifest_for(before)
    moved = {name.replace(before.__name__, app.__name__): digest for name, digest in old.units[0].code.items()}
    path = written(manifest_for(app, fingerprint=old.units[0].fingerprint, code=moved), tmp_path / "m.json")
    here = fingerprint_of(app.buy.function).digest
    with pytest.raises(NotChecked) as refused:
        run(app, require_checked="raise", manifest=path)
    said = str(refused.value)
    assert f"workflow `{app.buy.name}` is not the code that was checked" in said
    assert f"the manifest `{path}` has {old.units[0].fingerprint}, here is {here}" in said
    assert f"(`{app.__name__}:shout` changed)" in said
    assert said.endswith("`holdfast check --write-manifest`")


def test_other_code_is_warned_of_once_and_runs(imported, tmp_path, caplog) -> None:
    app = imported(APP)
    path = written(manifest_for(app, fingerprint="0" * 24), tmp_path / "m.json")
    with (
        caplog.at_level(logging.WARNING),
        Engine("sqlite:///:memory:", require_checked="warn", manifest=path) as engine,
    ):
        assert [engine.run(app.buy, order) for order in ("a", "b")] == ["PAID A", "PAID B"]
    assert [record.message for record in caplog.records if "not the code that was checked" in record.message] == [
        record.message for record in caplog.records
    ]
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "other:buy"}, "was never checked: it is not in the manifest"),
        ({"engine": "dbos"}, "was never checked"),
        ({"verdict": "violated", "codes": ("DUR101", "DUR301")}, "was checked and found to break DUR101, DUR301"),
        ({"fingerprint": "", "code": {}}, "the Python that ran the check could not read its code"),
    ],
)
def test_what_does_not_count_as_checked(changed, said, imported, tmp_path) -> None:
    app = imported(APP)
    path = written(manifest_for(app, **changed), tmp_path / "m.json")
    with pytest.raises(NotChecked, match=said):
        run(app, require_checked="raise", manifest=path)


def test_unresolved_calls_are_only_warned_of(imported, tmp_path, caplog) -> None:
    app = imported(APP)
    path = written(manifest_for(app, verdict="unknown"), tmp_path / "m.json")
    assert run(app, require_checked="raise", manifest=path) == "PAID O-1"
    assert "some of its calls could not be resolved" in caplog.text


def test_all_that_is_not_checked_is_named_at_once(imported, tmp_path) -> None:
    apps = [imported(APP), imported(APP)]
    path = written(Manifest(), tmp_path / "m.json")
    with pytest.raises(NotChecked) as refused:
        run(apps[0], require_checked="raise", manifest=path)
    assert all(app.buy.name in str(refused.value) for app in apps)


def test_a_workflow_declared_after_the_launch_is_refused_when_it_is_started(imported, tmp_path) -> None:
    app = imported(APP)
    path = written(manifest_for(app), tmp_path / "m.json")
    with Engine("sqlite:///:memory:", require_checked="raise", manifest=path) as engine:
        late = imported(APP)
        with pytest.raises(NotChecked, match=late.__name__):
            engine.run(late.buy, "o-1")
        assert engine.run(app.buy, "o-1") == "PAID O-1"


def test_the_manifest_is_found_where_the_command_writes_it_and_beside_the_package(
    imported, tmp_path, monkeypatch
) -> None:
    app = imported(APP)
    written(manifest_for(app), tmp_path / "holdfast.manifest.json")
    assert run(app, require_checked="raise") == "PAID O-1"
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert run(app, require_checked="raise") == "PAID O-1"


def test_the_manifest_may_be_a_file_inside_a_package(imported, tmp_path) -> None:
    app = imported(APP)
    package = f"checked_package_{next(numbers)}"
    written(manifest_for(app), tmp_path / package / "checked.json")
    (tmp_path / package / "__init__.py").write_text("")
    importlib.invalidate_caches()
    assert run(app, require_checked="raise", manifest=f"{package}:checked.json") == "PAID O-1"


def test_a_name_that_counts_from_another_folder_is_the_same(imported, tmp_path) -> None:
    app = imported(APP)
    path = written(manifest_for(app, id=f"src.{app.buy.unit}"), tmp_path / "m.json")
    assert run(app, require_checked="raise", manifest=path) == "PAID O-1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "is no manifest of holdfast"),
        (b'{"version": 99, "units": []}', "has format 99, and this release reads up to 1"),
        (None, "cannot be read"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_an_error_in_both_modes(content, said, imported, tmp_path) -> None:
    app = imported(APP)
    path = tmp_path / "m.json"
    if content is not None:
        path.write_bytes(content)
    for mode in ("warn", "raise"):
        with pytest.raises(NotChecked, match=said):
            run(app, require_checked=mode, manifest=path)


def test_no_manifest_anywhere_names_where_it_was_looked_for(imported, tmp_path) -> None:
    app = imported(APP)
    with pytest.raises(NotChecked, match=rf"no `holdfast\.manifest\.json` in `{tmp_path}`.*--write-manifest"):
        run(app, require_checked="raise")


def test_a_wrong_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="`off`, `warn` or `raise`, not True"):
        Engine("sqlite:///:memory:", require_checked=True)


def test_the_fingerprint_is_the_workflows_version(imported) -> None:
    app = imported(APP)
    with Engine("sqlite:///:memory:") as engine:
        engine.run(app.buy, "o-1", id="o-1")
        assert engine.get("o-1").version == f"{app.buy.name}@{fingerprint_of(app.buy.function).digest}"


def test_code_that_changed_on_disk_since_it_was_imported_is_fingerprinted_as_it_runs(imported) -> None:
    app, other = imported(APP), imported(APP)
    Path(str(app.__file__)).write_text("# moved\n" + APP.replace("text.upper()", "text.lower()"), encoding="utf-8")
    found, again = fingerprint_of(app.buy.function), fingerprint_of(other.buy.function)
    assert found.parts == {}
    assert found.digest != again.digest


def test_code_without_source_is_fingerprinted_by_its_bytecode() -> None:
    def declared(text: str) -> object:
        names: dict[str, object] = {"__name__": f"typed_{next(numbers)}"}
        exec(text, names)
        return names["buy"]

    one, same, other = (
        fingerprint_of(declared(text).function).digest
        for text in (APP, APP, APP.replace("text.upper()", "text.lower()"))
    )
    assert one == same != other
    assert holdfast.NotChecked is NotChecked
