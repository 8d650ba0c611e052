"""`[tool.holdfast]`: where it is found, what it may hold, and how it is refused."""

from pathlib import Path
from textwrap import dedent

import pytest

from holdfast_analyzer.config import ConfigError, Settings, effective_settings, enabled_codes, ignored_in, named_codes
from holdfast_analyzer.config.selection import matches
from holdfast_rules.effect import Effect
from holdfast_rules.rule import Severity


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository in an empty folder, the working directory; returns a function that writes its pyproject.toml."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def write(text, folder="."):
        target = tmp_path / folder
        target.mkdir(parents=True, exist_ok=True)
        (target / "pyproject.toml").write_text(dedent(text))
        return tmp_path

    return write


def table(project, text):
    project("[tool.holdfast]\n" + dedent(text))
    return effective_settings([]).settings


def refusal(project, text):
    with pytest.raises(ConfigError) as raised:
        table(project, text)
    return str(raised.value)


def test_without_a_file_the_defaults_hold(project):
    project("[project]\nname = 'shop'\n")
    effective = effective_settings([])
    assert effective.settings == Settings(root=str(Path.cwd().resolve()))
    assert set(effective.origins.values()) == {"default"}
    assert effective.config is None


def test_every_key(project):
    settings = table(
        project,
        """
        select = ["dur1", "Replayed-Output"]
        ignore = ["DUR101"]
        extend-select = ["DUR903"]
        engines = ["dbos", "acme"]
        exclude = ["generated"]
        extend-exclude = ["vendor/*"]
        include = ["*.py", "*.pyx"]
        src = ["lib"]
        trusted = ["shop.stable_now"]
        min-severity = "note"
        fail-on = "error"
        cache-dir = "/tmp/facts"
        jobs = 3
        python-environment = ".env"

        [tool.holdfast.per-file-ignores]
        "tests/*" = ["DUR3"]

        [tool.holdfast.severity]
        DUR310 = "error"
        wall-clock = "note"

        [tool.holdfast.effects]
        network-call = ["acme.rpc.*"]

        [[tool.holdfast.engine]]
        name = "acme"
        packages = ["acme_flow"]
        workflows = [{ decorator = "acme_flow.flow" }]
        """,
    )
    assert settings.select == ("DUR1", "replayed-output")
    assert settings.ignore == ("DUR101",)
    assert settings.extend_select == ("DUR903",)
    assert settings.engines == ("dbos", "acme")
    assert settings.exclude == ("generated",)
    assert settings.extend_exclude == ("vendor/*",)
    assert settings.include == ("*.py", "*.pyx")
    assert settings.src == ("lib",)
    assert settings.trusted == ("shop.stable_now",)
    assert (settings.min_severity, settings.fail_on) == (Severity.NOTE, Severity.ERROR)
    assert (settings.cache_dir, settings.jobs, settings.python_environment) == ("/tmp/facts", 3, ".env")
    assert settings.per_file_ignores == {"tests/*": ("DUR3",)}
    assert settings.severity == {"DUR310": Severity.ERROR, "DUR101": Severity.NOTE}
    assert settings.effects == {Effect.NETWORK: ("acme.rpc.*",)}
    assert [profile.name for profile in settings.engine] == ["acme"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selct = []", "unknown key `selct` in `[tool.holdfast]` of pyproject.toml; did you mean `select`?"),
        ("min_severity = 'note'", "did you mean `min-severity`?"),
        ("root = '/'", "unknown key `root`"),
        ("select = 'DUR1'", "`select` in `[tool.holdfast]` of pyproject.toml: expected a list, got a string"),
        (
            "exclude = ['a', 3]",
            "`exclude` in `[tool.holdfast]` of pyproject.toml at [1]: expected a string, got a whole number",
        ),
        ("jobs = 'many'", "`jobs` in `[tool.holdfast]` of pyproject.toml: expected a whole number, got a string"),
        ("jobs = 0", "`jobs` in `[tool.holdfast]` of pyproject.toml: expected a whole number >= 1"),
        ("select = ['DUR109']", "`DUR109` selects no rule; the nearest selector is `DUR10"),
        (
            "ignore = ['wall-clok']",
            "`ignore` in `[tool.holdfast]` of pyproject.toml: `wall-clok` selects no rule; the nearest selector is `wall-clock`",
        ),
        ("engines = ['temporl']", "did you mean `temporal`?"),
        ("min-severity = 'warn'", "is no severity: `warn`; did you mean `warning`?"),
        ("severity = { DUR101 = 'fatal' }", "for `DUR101` is no severity: `fatal`; valid: `error`, `note`, `warning`"),
        ("severity = { DUR109 = 'error' }", "no rule is called `DUR109`"),
        ("per-file-ignores = { 'a.py' = ['nope'] }", "for `a.py`: `nope` selects no rule"),
        ("effects = { network-cal = ['x'] }", "names no kind of hazard: `network-cal`; did you mean `network-call`?"),
        (
            "engine = [{ name = 'a', packages = ['a'], workflow = [] }]",
            "has no key `workflow` (did you mean `workflows`?)",
        ),
    ],
)
def test_a_refusal_names_key_file_and_remedy(project, text, said):
    assert said in refusal(project, text)


def test_a_table_that_is_none(project):
    project("[tool]\nholdfast = 3\n")
    with pytest.raises(ConfigError, match=r"`tool.holdfast` in pyproject.toml must be a table"):
        effective_settings([])


def test_broken_toml(project):
    project("[tool.holdfast\n")
    with pytest.raises(ConfigError, match=r"pyproject.toml is no valid TOML: .*line 1"):
        effective_settings([])


def test_a_file_that_is_not_utf8(project):
    (project("") / "pyproject.toml").write_bytes(b"x = '\xff'\n")
    with pytest.raises(ConfigError, match=r"pyproject.toml is not UTF-8: byte 5 is 0xff"):
        effective_settings([])


def test_the_nearest_table_above_the_paths_holds(project):
    root = project("[tool.holdfast]\njobs = 1\n")
    project("[tool.holdfast]\njobs = 2\n", "services/shop")
    project("[project]\nname = 'x'\n", "services/shop/inner")
    (root / "services/shop/inner/flow.py").touch()
    assert effective_settings([root / "services/shop/inner/flow.py"]).settings.jobs == 2
    assert effective_settings([root / "services/shop/inner", root / "services/shop"]).settings.jobs == 2
    effective = effective_settings([root / "services/shop", root / "services"])
    assert (effective.settings.jobs, effective.settings.root) == (1, str(root.resolve()))


def test_the_search_ends_at_the_repository(project):
    root = project("[tool.holdfast]\njobs = 1\n")
    inner = root / "vendored"
    (inner / ".git").mkdir(parents=True)
    effective = effective_settings([inner])
    assert (effective.settings.jobs, effective.settings.root) == (None, str(inner.resolve()))


def test_isolated_ignores_the_file_even_a_broken_one(project):
    project("[tool.holdfast]\nselct = 1\n")
    assert effective_settings([], isolated=True).settings.select == ()


def test_the_command_line_wins_and_extends(project):
    project("[tool.holdfast]\nselect = ['DUR1']\nextend-select = ['DUR903']\njobs = 2\n")
    effective = effective_settings(
        [], given={"select": (("DUR2",), "--select"), "extend_select": (("DUR901",), "--extend-select")}
    )
    assert effective.settings.select == ("DUR2",)
    assert effective.settings.extend_select == ("DUR903", "DUR901")
    assert effective.settings.jobs == 2


def test_each_setting_is_shown_with_its_origin(project):
    project("[tool.holdfast]\nselect = ['DUR1']\nseverity = { DUR310 = 'error' }\n")
    lines = effective_settings([], given={"jobs": (4, "--jobs"), "cache_dir": (None, "--no-cache")}).lines()
    assert 'select = ["DUR1"]  # pyproject.toml' in lines
    assert 'severity = { "DUR310" = "error" }  # pyproject.toml' in lines
    assert "jobs = 4  # --jobs" in lines
    assert "# cache-dir is not set  # --no-cache" in lines
    assert "trusted = []  # default" in lines


def test_which_rules_are_on():
    everything = enabled_codes(Settings())
    assert "DUR101" in everything
    assert "DUR903" not in everything
    assert enabled_codes(Settings(select=("DUR101",))) == {"DUR101"}
    assert enabled_codes(Settings(ignore=("DUR1",))) == {code for code in everything if not code.startswith("DUR1")}
    assert enabled_codes(Settings(select=("DUR101",), ignore=("DUR1",))) == {"DUR101"}
    assert enabled_codes(Settings(extend_select=("suppression-without-reason",))) == everything | {"DUR903"}


def test_which_rules_were_asked_for_by_name():
    assert named_codes(Settings(select=("DUR1", "unresolved-call"), extend_select=("DUR903",))) == {"DUR901", "DUR903"}


def test_rules_are_off_in_single_files():
    settings = Settings(per_file_ignores={"tests/*": ("DUR3", "wall-clock")})
    assert ignored_in(settings, "tests/flows/a.py", "DUR310")
    assert ignored_in(settings, "tests/flows/a.py", "DUR101")
    assert not ignored_in(settings, "tests/flows/a.py", "DUR102")
    assert not ignored_in(settings, "src/a.py", "DUR310")


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("generated", "src/generated/a.py", True),
        ("generated", "src/generated.py", False),
        ("*_pb2.py", "src/deep/x_pb2.py", True),
        ("src/shop", "src/shop/a.py", True),
        ("./src/shop/", "src/shop/a.py", True),
        ("src/shop", "other/src/shop/a.py", False),
        ("src/**/a.py", "src/a.py", True),
        ("src/**/a.py", "src/x/y/a.py", True),
        ("src/*.py", "src/a.py", True),
    ],
)
def test_patterns(pattern, path, expected):
    assert matches(path, pattern) is expected
