"""The baseline: known findings are no news, fixed ones are known no more."""

import json
import subprocess

import pytest
from two_findings import LABELS, ORDERS

FILE = "holdfast-baseline.json"


@pytest.fixture
def project(folder, monkeypatch):
    """A project with two findings, and a way to change it."""
    for name in ("CI", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (folder / "orders.py").write_text(ORDERS)
    (folder / "labels.py").write_text(LABELS)

    def change(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


def known(folder) -> list[tuple[str, str, int]]:
    document = json.loads((folder / FILE).read_text())
    return [(entry["path"], entry["code"], entry["count"]) for entry in document["findings"]]


def test_what_is_found_is_written_and_then_no_news(holdfast, folder, project):
    outcome = holdfast("check", "--write-baseline")
    assert (outcome.status, outcome.out) == (0, f"wrote 2 findings to `{FILE}`: 2 new, 0 gone\n")
    assert known(folder) == [("labels.py", "DUR101", 1), ("orders.py", "DUR310", 1)]
    outcome = holdfast("check", "--baseline", FILE)
    assert outcome.status == 0
    assert outcome.out.startswith("found nothing; 2 in the baseline\n")


def test_the_file_is_sorted_without_lines_numbers_and_has_counts(holdfast, folder, project):
    project("orders.py", "    print(order)\n", "    print(order)\n    print(order)\n    print('b')\n")
    holdfast("check", "--write-baseline")
    first = (folder / FILE).read_bytes()
    document = json.loads(first)
    assert document["counts"] == {"DUR101": 1, "DUR310": 3}
    assert document["findings"][1]["count"] == 3
    assert document["findings"][1]["lines"] == ["print('b')", "print(order)", "print(order)"]
    assert all("line" not in entry for entry in document["findings"])
    (folder / "orders.py").write_text("\n\n# moved\n" + (folder / "orders.py").read_text())
    holdfast("check", "--write-baseline")
    assert (folder / FILE).read_bytes() == first


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("labels.py", "import time\n", "import time\n\nUNUSED = 1\n"),
        ("labels.py", '    return f"{order}/{int(moment())}"', '    return f"{order}-{int(moment())}"  # edited'),
        ("orders.py", "def fulfil(order", "def fulfilled(order"),
        ("orders.py", "    print(order)\n", "    if order:\n        print(order)\n"),
    ],
    ids=["moved line", "edited line", "renamed workflow", "other indentation"],
)
def test_what_moves_stays_known(holdfast, project, name, old, new):
    holdfast("check", "--write-baseline")
    project(name, old, new)
    assert holdfast("check", "--baseline", FILE, "-q").out == ""


def test_a_renamed_file_stays_known(holdfast, folder, project):
    holdfast("check", "--write-baseline")
    (folder / "labels.py").rename(folder / "stamps.py")
    project("orders.py", "from labels", "from stamps")
    outcome = holdfast("check", "--baseline", FILE, "-q")
    assert (outcome.out, outcome.err, outcome.status) == ("", "", 0)


def test_a_new_finding_is_news_even_beside_a_known_one(holdfast, project):
    holdfast("check", "--write-baseline")
    project("orders.py", "    print(order)\n", "    print('first')\n    print(order)\n")
    outcome = holdfast("check", "--baseline", FILE, "--output-format", "concise")
    assert outcome.status == 1
    assert outcome.out.splitlines()[0].startswith("orders.py:13:5: DUR310")
    assert "found 1 warning; 2 in the baseline" in outcome.out


def test_a_fixed_finding_leaves_the_file_by_itself(holdfast, folder, project):
    holdfast("check", "--write-baseline")
    project("orders.py", "    print(order)\n", "")
    outcome = holdfast("check", "--baseline", FILE)
    assert outcome.status == 0
    assert f"1 finding of `{FILE}` is fixed and no longer in it\n  orders.py: DUR310 builtins.print\n" == outcome.err
    assert known(folder) == [("labels.py", "DUR101", 1)]
    assert holdfast("check", "--baseline", FILE).err == ""


def test_one_of_several_alike_that_is_fixed_lowers_the_count(holdfast, folder, project):
    project("orders.py", "    print(order)\n", "    print(order)\n    print('b')\n")
    holdfast("check", "--write-baseline")
    project("orders.py", "    print(order)\n", "")
    holdfast("check", "--baseline", FILE)
    [_, entry] = json.loads((folder / FILE).read_text())["findings"]
    assert (entry["count"], entry["lines"]) == (1, ["print('b')"])


def test_in_ci_the_file_is_left_as_it_is(holdfast, folder, project, monkeypatch):
    holdfast("check", "--write-baseline")
    before = (folder / FILE).read_bytes()
    project("orders.py", "    print(order)\n", "")
    monkeypatch.setenv("CI", "true")
    outcome = holdfast("check", "--baseline", FILE)
    assert outcome.status == 0
    assert "1 finding of" in outcome.err
    assert "--write-baseline" in outcome.err
    assert (folder / FILE).read_bytes() == before


def test_strict_fails_for_what_is_fixed(holdfast, folder, project):
    holdfast("check", "--write-baseline")
    assert holdfast("check", "--baseline", FILE, "--baseline-strict").status == 0
    project("orders.py", "    print(order)\n", "")
    assert holdfast("check", "--baseline", FILE, "--baseline-strict").status == 1
    assert len(known(folder)) == 2


@pytest.mark.parametrize("options", [["labels.py"], ["--select", "DUR1"], ["--engine", "dbos"]])
def test_a_narrower_check_takes_nothing_for_fixed(holdfast, folder, project, options):
    holdfast("check", "--write-baseline")
    outcome = holdfast("check", "--baseline", FILE, *options)
    assert (outcome.err, outcome.status) == ("", 0)
    assert len(known(folder)) == 2


def test_nothing_is_taken_for_fixed_while_files_cannot_be_read(holdfast, folder, project):
    holdfast("check", "--write-baseline")
    (folder / "orders.py").write_text("from holdfast import workflow\ndef (:\n")
    outcome = holdfast("check", "--baseline", FILE)
    assert "fixed" not in outcome.err
    assert len(known(folder)) == 2
    outcome = holdfast("check", "--write-baseline")
    assert outcome.status == 2
    assert "orders.py:2" in outcome.err


def test_a_suppressed_finding_is_fixed_for_the_baseline(holdfast, folder, project):
    holdfast("check", "--write-baseline")
    project("orders.py", "print(order)", "print(order)  # holdfast: ignore[DUR310] for the demo")
    holdfast("check", "--baseline", FILE)
    assert known(folder) == [("labels.py", "DUR101", 1)]


def test_the_projects_file_names_it(holdfast, folder, project):
    (folder / "pyproject.toml").write_text("[tool.holdfast]\nbaseline = 'quality/known.json'\n")
    assert holdfast("check").status == 2
    assert "wrote 2 findings to `quality/known.json`" in holdfast("check", "--write-baseline").out
    assert holdfast("check").status == 0
    assert holdfast("check", "--no-baseline").status == 1


def test_it_may_be_named_when_written(holdfast, folder, project):
    assert holdfast("check", "--write-baseline=known.json").status == 0
    assert holdfast("check", "--baseline", "known.json").status == 0


def test_writing_less_than_the_file_knows_of_is_refused(holdfast, folder, project):
    holdfast("check", "--write-baseline")
    before = (folder / FILE).read_bytes()
    outcome = holdfast("check", "labels.py", "--write-baseline")
    assert outcome.status == 2
    assert "check all of it" in outcome.err
    assert (folder / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no baseline at"),
        ("<<<<<<< HEAD\n", "is no baseline"),
        ('{"version": 7, "findings": []}', "has version 7"),
        ('{"findings": [{"path": 1}]}', "is no baseline"),
    ],
)
def test_a_file_that_is_no_baseline_is_told(holdfast, folder, project, text, said):
    if text is not None:
        (folder / FILE).write_text(text)
    outcome = holdfast("check", "--baseline", FILE)
    assert outcome.status == 2
    assert said in outcome.err


def test_a_folder_taken_for_the_file_is_told(holdfast, folder, project):
    (folder / "src").mkdir()
    outcome = holdfast("check", "--write-baseline", "src")
    assert outcome.status == 2
    assert "--write-baseline=FILE" in outcome.err


def test_json_marks_what_is_known(holdfast, project):
    holdfast("check", "--write-baseline")
    found = json.loads(holdfast("check", "--baseline", FILE, "--output-format", "json").out)["findings"]
    assert [finding["baselined"] for finding in found] == [True, True]
