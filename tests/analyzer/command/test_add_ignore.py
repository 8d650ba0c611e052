"""`--add-ignore`: comments that silence what is found, and change nothing else."""

import codecs
import subprocess

import pytest
from two_findings import LABELS, ORDERS

from holdfast_analyzer.ignore_comments import CannotIgnore, with_ignores

HEAD = "import time\nfrom holdfast import step, workflow\n\n\n@step\ndef s(x):\n    return x\n\n\n@workflow\ndef f():\n"


@pytest.fixture
def project(folder):
    """A checkout with two findings."""
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (folder / "orders.py").write_text(ORDERS)
    (folder / "labels.py").write_text(LABELS)
    return folder


def test_each_finding_gets_a_comment_and_a_second_run_has_nothing_to_do(holdfast, project):
    outcome = holdfast("check", "--add-ignore", "known since 2024")
    assert outcome.status == 0
    assert outcome.out.splitlines() == [
        "labels.py:7: ignore[DUR101] known since 2024",
        "orders.py:13: ignore[DUR310] known since 2024",
        "added 2 comments to 2 files",
    ]
    assert (project / "orders.py").read_text() == ORDERS.replace(
        "    print(order)\n", "    print(order)  # holdfast: ignore[DUR310] known since 2024\n"
    )
    assert holdfast("check", "-q", "--extend-select", "DUR903").out == ""
    assert holdfast("check", "--add-ignore", "again").out == "added 0 comments to 0 files\n"


@pytest.mark.parametrize(
    "body",
    [
        "    t = time.time()\n    return s(t)\n",
        "    return s(time.time())  # type: ignore\n",
        "    return s(time.time())  # noqa: E501\n",
        "    return s(\n        time.time()\n    )\n",
        "    return s(time.time(),\n             )\n",
        '    return s(f"""{time.time()}\n    end""")\n',
        '    return s("""a\n    b""" + str(time.time()))\n',
        "    return s(time.time() + \\\n        1)\n",
        "    return s(1 + \\\n        time.time() + \\\n        1)\n",
        "    if time.time() > 3:\n        return s(1)\n    return s(2)\n",
        "    if (\n        time.time()\n        > 3\n    ):\n        return s(1)\n    return s(2)\n",
        "    return s(time.time() + time.monotonic())\n",
        "    x = 1; y = time.time()\n    return s(y)\n",
        "    with s(time.time()) as x:  # a comment\n        return x\n",
        "    return s(time.time())",
        "    return s(time.time())   \n",
        "    return s('# no comment' + str(time.time()))\n",
    ],
)
def test_any_statement_is_silenced_without_a_change_of_code(holdfast, project, body):
    (project / "flow.py").write_text(HEAD + body)
    (project / "orders.py").unlink()
    before = holdfast("check", "-q", "--output-format", "concise").out
    assert "DUR101" in before
    assert holdfast("check", "--add-ignore", "why").status == 0
    assert holdfast("check", "-q").out == ""
    after = (project / "flow.py").read_text()
    stripped = "\n".join(line.partition("# holdfast: ignore")[0].rstrip() for line in after.split("\n"))
    assert stripped == "\n".join(line.rstrip() for line in (HEAD + body).split("\n"))


@pytest.mark.parametrize(
    ("comment", "after"),
    [
        ("", "  # holdfast: ignore[DUR101] why"),
        ("  # text", "  # text  # holdfast: ignore[DUR101] why"),
        ("  # holdfast: ignore[DUR310] old", "  # holdfast: ignore[DUR310, DUR101] old; why"),
        ("  # holdfast: ignore[DUR310] why", "  # holdfast: ignore[DUR310, DUR101] why"),
        ("  # holdfast: ignore[DUR310]", "  # holdfast: ignore[DUR310, DUR101] why"),
        ("  #holdfast:ignore[dur310] old # tail", "  # holdfast: ignore[DUR310, DUR101] old; why  # tail"),
        ("  # holdfast: ignore[DUR101] old", "  # holdfast: ignore[DUR101] old"),
        ("  # holdfast: ignore", "  # holdfast: ignore"),
    ],
)
def test_comments_that_are_there_are_extended(comment, after):
    found = with_ignores("a.py", f"x = 1{comment}\n".encode(), {1: {"DUR101"}}, "why")
    assert found.data.decode() == f"x = 1{after}\n"
    again = with_ignores("a.py", found.data, {1: {"DUR101"}}, "why")
    assert again.data == found.data
    assert again.lines == {}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_kept_each_its_own(end):
    data = f"x = 1{end}y = 2\nz = 3{end}".encode()
    found = with_ignores("a.py", data, {3: {"DUR101"}}, "why")
    assert found.data == data.replace(b"z = 3", b"z = 3  # holdfast: ignore[DUR101] why")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1", "utf-8"])
def test_the_encoding_is_kept(encoding):
    cookie = "# coding: latin-1\n" if encoding == "latin-1" else ""
    data = f"{cookie}name = 'größe'\n".encode(encoding)
    line = 2 if cookie else 1
    found = with_ignores("a.py", data, {line: {"DUR101"}}, "für später").data
    assert found.decode(encoding).endswith("'größe'  # holdfast: ignore[DUR101] für später\n")
    assert found.startswith(codecs.BOM_UTF8) is (encoding == "utf-8-sig")


def test_a_reason_that_the_encoding_cannot_write_is_refused():
    with pytest.raises(CannotIgnore, match="has no `→`"):
        with_ignores("a.py", b"# coding: latin-1\nx = 1\n", {2: {"DUR101"}}, "a → b")


def test_broken_files_are_left_as_they_are():
    with pytest.raises(CannotIgnore, match="line 2: syntax error"):
        with_ignores("a.py", b"x = 1\ndef (:\n", {1: {"DUR101"}}, "why")


def test_a_line_within_a_string_gets_its_comment_behind_the_statement():
    found = with_ignores("a.py", b'x = f("""a\nb\nc""", 1)\ny = 2\n', {2: {"DUR101"}}, "why").data
    assert found == b'x = f("""a\nb\nc""", 1)  # holdfast: ignore[DUR101] why\ny = 2\n'


@pytest.mark.parametrize(("reason", "said"), [("", "needs a reason"), ("a # b", "without `#`"), ("a\x1bb", "one line")])
def test_reasons_that_cannot_stand_in_a_comment(holdfast, project, reason, said):
    outcome = holdfast("check", "--add-ignore", reason)
    assert outcome.status == 2
    assert said in outcome.err
    assert (project / "orders.py").read_text() == ORDERS


def test_mode_and_links_are_kept(holdfast, project):
    (project / "labels.py").rename(project / "target.txt")
    (project / "target.txt").chmod(0o750)
    (project / "labels.py").symlink_to("target.txt")
    holdfast("check", "--add-ignore", "why")
    assert (project / "labels.py").is_symlink()
    assert "ignore[DUR101] why" in (project / "target.txt").read_text()
    assert (project / "target.txt").stat().st_mode & 0o777 == 0o750


def test_unused_suppressions_are_not_silenced_by_more_of_them(holdfast, project):
    holdfast("check", "--add-ignore", "why")
    text = (project / "labels.py").read_text().replace("moment())", "0)")
    (project / "labels.py").write_text(text)
    outcome = holdfast("check", "--add-ignore", "why", "--extend-select", "DUR902", "--min-severity", "note")
    assert "added 0 comments" in outcome.out
    assert (project / "labels.py").read_text() == text
