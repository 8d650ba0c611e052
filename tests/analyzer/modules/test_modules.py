"""Which file an import means, and what a file is called."""

import json
import sys
from pathlib import Path

import pytest

from holdfast_analyzer.modules import ModuleFile, ModuleFinder, resolve_relative


def tree(root: Path, *files: str) -> Path:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def finder(root: Path, *paths: str, **options: object) -> ModuleFinder:
    return ModuleFinder(root, paths, **options)  # type: ignore[arg-type]


def found(finder: ModuleFinder, module: str, importer: str, level: int = 0) -> str | None:
    module_file = finder.find(module, importer, level)
    return module_file.path if module_file else None


@pytest.mark.parametrize(
    ("importer", "level", "module", "is_package", "absolute"),
    [
        ("a.b.c", 0, "x.y", False, "x.y"),
        ("a.b.c", 1, "x", False, "a.b.x"),
        ("a.b.c", 1, "", False, "a.b"),
        ("a.b.c", 2, "x", False, "a.x"),
        ("a.b", 1, "x", True, "a.b.x"),
        ("a.b", 2, "x", True, "a.x"),
        ("a", 1, "x", False, "x"),
        ("a", 5, "x", False, "x"),
    ],
)
def test_relative_names(importer: str, level: int, module: str, is_package: bool, absolute: str) -> None:
    assert resolve_relative(importer, level, module, is_package=is_package) == absolute


def test_files_are_named_from_above_their_outermost_package(tmp_path: Path) -> None:
    names = finder(tree(tmp_path, "lib/pkg/__init__.py", "lib/pkg/sub/__init__.py", "lib/pkg/sub/m.py", "ex/a/main.py"))
    assert names.file("lib/pkg/sub/m.py") == ModuleFile("lib/pkg/sub/m.py", "pkg.sub.m", "project", False)
    assert names.file("lib/pkg/sub/__init__.py") == ModuleFile("lib/pkg/sub/__init__.py", "pkg.sub", "project", True)
    assert names.file(str(tmp_path / "ex/a/main.py")) == ModuleFile("ex/a/main.py", "main", "project", False)
    assert names.file("./ex/../ex/a/main.py").path == "ex/a/main.py"


def test_files_of_a_namespace_package_below_src_are_named_from_src(tmp_path: Path) -> None:
    tree(tmp_path, "src/acme/flows/order.py")
    assert finder(tmp_path, src=["src"]).file("src/acme/flows/order.py").name == "acme.flows.order"


def test_a_script_finds_its_neighbours_first(tmp_path: Path) -> None:
    tree(tmp_path, "a/main.py", "a/utils.py", "b/main.py", "b/utils.py", "utils.py", "c/d/main.py")
    modules = finder(tmp_path)
    assert found(modules, "utils", "a/main.py") == "a/utils.py"
    assert found(modules, "utils", "b/main.py") == "b/utils.py"
    assert found(modules, "utils", "c/d/main.py") == "utils.py"


def test_packages_are_found_from_above_and_below_src(tmp_path: Path) -> None:
    tree(tmp_path, "src/pkg/__init__.py", "src/pkg/m.py", "tests/test_m.py", "scripts/deep/run.py", "pkg2/__init__.py")
    modules = finder(tmp_path)
    for importer in ("src/pkg/__init__.py", "tests/test_m.py", "scripts/deep/run.py"):
        assert found(modules, "pkg.m", importer) == "src/pkg/m.py"
        assert found(modules, "pkg2", importer) == "pkg2/__init__.py"
        assert found(modules, "pkg.missing", importer) is None
        assert found(modules, "pkg.m.attribute", importer) is None
    assert modules.find("pkg", "tests/test_m.py") == ModuleFile("src/pkg/__init__.py", "pkg", "project", True)


def test_a_module_inside_a_package_is_a_top_level_module_only_where_nothing_else_is(tmp_path: Path) -> None:
    """A script that is run from inside a package has its own folder on its path."""
    tree(tmp_path, "pkg/__init__.py", "pkg/client.py", "pkg/main.py", "pkg/sub/__init__.py", "pkg/sub/m.py")
    assert found(finder(tmp_path), "client", "pkg/main.py") == "pkg/client.py"
    assert found(finder(tmp_path), "client", "pkg/sub/m.py") == "pkg/client.py"
    tree(tmp_path, "client.py")
    assert found(finder(tmp_path), "client", "pkg/main.py") == "client.py"


def test_relative_imports_stay_beside_the_importer(tmp_path: Path) -> None:
    tree(
        tmp_path, "pkg/__init__.py", "pkg/a.py", "pkg/sub/__init__.py", "pkg/sub/m.py", "spread/x.py", "spread/in/y.py"
    )
    modules = finder(tmp_path)
    assert found(modules, "pkg.a", "pkg/sub/m.py", 2) == "pkg/a.py"
    assert found(modules, "pkg.sub", "pkg/sub/m.py", 1) == "pkg/sub/__init__.py"
    assert found(modules, "pkg.sub.m", "pkg/sub/__init__.py", 1) == "pkg/sub/m.py"
    # Packages without `__init__.py` have no name to count from, but a folder.
    assert found(modules, "x", "spread/in/y.py", 2) == "spread/x.py"
    assert found(modules, "y", "spread/in/y.py", 1) == "spread/in/y.py"
    assert found(modules, "pkg.none", "pkg/sub/m.py", 2) is None


def test_namespace_packages(tmp_path: Path) -> None:
    tree(tmp_path, "app/flows/order.py", "app/util/x.py", "main.py")
    modules = finder(tmp_path)
    assert found(modules, "app.util.x", "app/flows/order.py") == "app/util/x.py"
    assert modules.find("app.util", "main.py") == ModuleFile("app/util", "app.util", "project", True)


def test_a_package_wins_over_a_module_and_a_folder_loses_to_both(tmp_path: Path) -> None:
    tree(tmp_path, "one/__init__.py", "one.py", "two/data.txt", "lib/two.py", "main.py")
    modules = finder(tmp_path, src=["lib"])
    assert found(modules, "one", "main.py") == "one/__init__.py"
    assert found(modules, "two", "main.py") == "lib/two.py"


def test_stubs_are_ignored(tmp_path: Path) -> None:
    assert found(finder(tree(tmp_path, "typed.pyi", "main.py")), "typed", "main.py") is None


def test_neighbouring_projects_of_one_repository(tmp_path: Path) -> None:
    tree(
        tmp_path,
        ".git/HEAD",
        "p/a/pyproject.toml",
        "p/a/src/liba/__init__.py",
        "p/b/pyproject.toml",
        "p/b/src/b/__init__.py",
    )
    assert found(finder(tmp_path), "liba", "p/b/src/b/__init__.py") is None
    modules = finder(tmp_path, projects=["p/a", "p/b"])
    assert found(modules, "liba", "p/b/src/b/__init__.py") == "p/a/src/liba/__init__.py"


def test_roots_end_at_the_project_of_a_path_outside(tmp_path: Path) -> None:
    tree(tmp_path, "outside.py", "repo/.git/HEAD", "repo/top.py", "repo/x/y/m.py", "work/w.py")
    modules = finder(tmp_path / "work", "../repo/x")
    module = modules.find("top", str(tmp_path / "repo/x/y/m.py"))
    assert module == ModuleFile(str(tmp_path / "repo/top.py"), "top", "project", False)
    assert modules.find("outside", str(tmp_path / "repo/x/y/m.py")) is None


def test_the_standard_library_is_only_located(tmp_path: Path) -> None:
    modules = finder(tree(tmp_path, "json.py", "test/helpers.py", "main.py", "xml/etree.py"))
    module = modules.find("json", "main.py")
    assert module is not None
    assert (module.kind, module.name, module.is_package) == ("stdlib", "json", True)
    assert module.path.endswith("json/__init__.py")
    assert modules.find("sys", "main.py") == ModuleFile("", "sys", "builtin", False)
    assert found(modules, "test.helpers", "main.py") == "test/helpers.py"
    assert found(modules, "xml.nothing", "main.py") is None


def environment(root: Path) -> Path:
    site = f"lib/python3.{sys.version_info.minor}/site-packages"
    tree(root, f"{site}/dep/__init__.py", f"{site}/single.py", f"{site}/google/cloud/thing.py")
    return root / site


def test_installed_packages_of_the_projects_environment(tmp_path: Path) -> None:
    site = environment(tmp_path / ".venv")
    tree(
        tmp_path,
        "main.py",
        "google/notes.txt",
        "dep/notes.txt",
        "elsewhere/editable/__init__.py",
        "own/src/mine/__init__.py",
    )
    (site / "editable.pth").write_text(f"import os\n# {tmp_path}\n{tmp_path}/elsewhere\n{tmp_path}/own/src\n/no/such\n")
    (site / "broken.pth").write_bytes(b"\xff\xfe\0")
    modules = finder(tmp_path)
    dep = modules.find("dep", "main.py")
    assert dep == ModuleFile(
        f".venv/lib/python3.{sys.version_info.minor}/site-packages/dep/__init__.py", "dep", "site", True
    )
    thing = modules.find("google.cloud.thing", "main.py")
    assert thing is not None
    assert (thing.kind, thing.name) == ("site", "google.cloud.thing")
    assert found(modules, "editable", "main.py") == "elsewhere/editable/__init__.py"
    mine = modules.find("mine", "main.py")
    assert mine is not None
    assert mine.kind == "project"
    assert modules.is_installed("dep")
    assert modules.is_installed("single")
    assert not modules.is_installed("absent")


def test_a_named_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path / ".venv")
    environment(tmp_path / "other")
    environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert (found(finder(tmp_path, environment="other"), "single", "main.py") or "").startswith("other/")
    assert (found(finder(tmp_path), "single", "main.py") or "").startswith(".venv/")
    (tmp_path / "elsewhere").mkdir()
    assert (found(finder(tmp_path / "elsewhere"), "single", "main.py") or "").startswith(f"{tmp_path}/active/")


def test_installed_packages_that_are_named_as_paths_are_the_project(tmp_path: Path) -> None:
    site = environment(tmp_path / ".venv")
    assert finder(tmp_path, str(site)).file(str(site / "dep/__init__.py")).kind == "project"
    assert finder(tmp_path, ".").file(str(site / "dep/__init__.py")).kind == "site"


def test_the_running_environment_is_the_last_resort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    module = finder(tmp_path).find("msgspec", "main.py")
    assert module is not None
    assert module.kind == "site"


def test_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "boom_when_imported.py").write_text("raise SystemExit")
    before = set(sys.modules)
    assert found(finder(tmp_path), "boom_when_imported", "main.py") == "boom_when_imported.py"
    assert found(finder(tmp_path), "antigravity", "main.py") is not None
    assert json.dumps(sorted(set(sys.modules) - before)) == "[]"


def test_folders_that_cannot_be_listed_hold_no_modules(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "around").symlink_to(tmp_path)
    tree(tmp_path, "main.py")
    assert found(finder(tmp_path), "loop.x", "main.py") is None
    assert found(finder(tmp_path), "main", "gone/deleted.py") == "main.py"
