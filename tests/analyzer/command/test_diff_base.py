"""`--diff-base`: findings that have to do with what changed."""

import subprocess

import pytest
from two_findings import LABELS, ORDERS


@pytest.fixture
def project(folder):
    """A checkout with two committed findings, and a way to run git in it."""

    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip

    git("init", "-q", "-b", "main")
    (folder / "orders.py").write_text(ORDERS)
    (folder / "labels.py").write_text(LABELS)
    git("add", "-A")
    git("commit", "-q", "-m", "start")
    return git


def places(outcome) -> list[str]:
    return [line.split(" [")[0] for line in outcome.out.splitlines() if ": DUR" in line]


def found(holdfast, *options: str) -> list[str]:
    return places(holdfast("check", "--output-format", "concise", "--diff-base", *options))


def test_nothing_changed(holdfast, project):
    outcome = holdfast("check", "--diff-base", "HEAD")
    assert outcome.status == 0
    assert outcome.out.startswith("found nothing; 2 outside of what changed since `HEAD`\n")


def test_the_hazard_itself_changed(holdfast, project, folder):
    (folder / "labels.py").write_text(LABELS.replace("{int(", "-{int("))
    assert found(holdfast, "HEAD") == ["labels.py:7:28: DUR101"]
    assert holdfast("check", "--diff-base", "HEAD").status == 1


def test_a_call_on_the_way_changed(holdfast, project, folder):
    (folder / "orders.py").write_text(
        ORDERS.replace("return send(order, stamped(order))", "return send('', stamped(order))")
    )
    assert found(holdfast, "HEAD") == ["labels.py:7:27: DUR101"]


def test_another_line_of_a_function_on_the_way_is_nothing(holdfast, project, folder):
    (folder / "orders.py").write_text(
        ORDERS.replace("    print(order)\n", "    print(order)\n    order = order.strip()\n")
    )
    assert found(holdfast, "HEAD") == []


def test_a_decorator_that_is_gone_makes_news(holdfast, project, folder):
    text = ORDERS.replace(
        '    return f"{order} sent as {label}"', '    print(label)\n    return f"{order} sent as {label}"'
    )
    (folder / "orders.py").write_text(text)
    project("commit", "-aqm", "a step prints")
    assert found(holdfast, "HEAD") == []
    (folder / "orders.py").write_text(text.replace("@step\n", ""))
    assert [place for place in found(holdfast, "HEAD") if "DUR310" in place] == ["orders.py:7:5: DUR310"]


def test_an_untracked_file_is_all_news(holdfast, project, folder):
    (folder / "more.py").write_text(ORDERS.replace("labels", "stamps"))
    (folder / "stamps.py").write_text(LABELS)
    assert sorted(found(holdfast, "HEAD")) == ["more.py:13:5: DUR310", "stamps.py:7:27: DUR101"]


def test_a_renamed_file_is_no_news(holdfast, project, folder):
    project("mv", "labels.py", "stamps.py")
    (folder / "orders.py").write_text(ORDERS.replace("from labels", "from stamps"))
    assert found(holdfast, "HEAD") == []


def test_commits_of_a_branch_count_and_those_of_its_base_do_not(holdfast, project, folder):
    project("checkout", "-q", "-b", "topic")
    (folder / "labels.py").write_text(LABELS.replace("{int(", "-{int("))
    project("commit", "-aqm", "ours")
    project("checkout", "-q", "main")
    (folder / "orders.py").write_text(ORDERS.replace("print(order)", "print(order, order)"))
    project("commit", "-aqm", "theirs")
    project("checkout", "-q", "topic")
    assert found(holdfast, "main") == ["labels.py:7:28: DUR101"]


def test_it_works_below_the_root_of_the_checkout(holdfast, project, folder, monkeypatch):
    (folder / "src").mkdir()
    (folder / "src" / "more.py").write_text(ORDERS.replace("from labels import stamped", "stamped = str"))
    monkeypatch.chdir(folder / "src")
    assert found(holdfast, "HEAD") == ["more.py:13:5: DUR310"]


def test_a_revision_that_is_none_is_a_usage_error(holdfast, project):
    outcome = holdfast("check", "--diff-base", "origin/main")
    assert outcome.status == 2
    assert "`--diff-base`: `origin/main` names no commit" in outcome.err


def test_no_checkout_is_a_usage_error(holdfast, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("plain"))
    outcome = holdfast("check", "--diff-base", "HEAD")
    assert outcome.status == 2
    assert "not a git repository" in outcome.err


def test_with_a_baseline_only_what_is_neither_known_nor_old_is_news(holdfast, project, folder):
    holdfast("check", "--write-baseline")
    (folder / "labels.py").write_text(LABELS.replace("{int(", "-{int("))
    assert found(holdfast, "HEAD", "--baseline", "holdfast-baseline.json") == []
