"""Which lines differ from a revision."""

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast_analyzer.git import GitFailed, changes_since
from holdfast_analyzer.git.changes import EVERY_LINE

TEN = "".join(f"line {number}\n" for number in range(1, 11))


def test_nothing_changed(repository, changed):
    repository.commit(a=TEN)
    assert changed("HEAD") == {}


def test_changed_and_added_lines(repository, changed):
    repository.commit(a=TEN)
    repository.write("a.py", TEN.replace("line 3", "other").replace("line 9\n", "line 9\nnew\nnew\n"))
    assert changed("HEAD") == {"a.py": ((3, 3), (10, 11))}


def test_a_deletion_counts_for_its_neighbours(repository, changed):
    repository.commit(a=TEN)
    repository.write("a.py", TEN.replace("line 5\n", ""))
    assert changed("HEAD") == {"a.py": ((4, 5),)}


def test_staged_committed_and_unsaved_changes_all_count(repository, changed):
    first = repository.commit(a=TEN, b=TEN, c=TEN)
    repository.commit(a=TEN.replace("line 1\n", "committed\n"))
    repository.write("b.py", TEN.replace("line 2\n", "staged\n"))
    repository.git("add", "b.py")
    repository.write("c.py", TEN.replace("line 3\n", "on disk\n"))
    assert changed(first) == {"a.py": ((1, 1),), "b.py": ((2, 2),), "c.py": ((3, 3),)}


def test_an_untracked_file_has_changed_throughout_and_an_ignored_one_not_at_all(repository, changed):
    repository.commit(a=TEN)
    repository.write(".gitignore", "ignored.py\n")
    repository.write("ignored.py", TEN)
    repository.write("new.py", TEN)
    assert changed("HEAD") == {".gitignore": EVERY_LINE, "new.py": EVERY_LINE}


def test_a_renamed_file_is_compared_to_what_it_was(repository, changed):
    repository.commit(a=TEN)
    repository.git("mv", "a.py", "b.py")
    repository.write("b.py", TEN.replace("line 4\n", "other\n"))
    assert changed("HEAD") == {"b.py": ((4, 4),)}


def test_a_removed_file_has_no_lines(repository, changed):
    repository.commit(a=TEN, b="")
    repository.git("rm", "-q", "a.py")
    assert changed("HEAD") == {}


def test_what_others_did_since_is_no_change_of_ours(repository, changed):
    repository.commit(a=TEN, b=TEN)
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit(a=TEN.replace("line 1\n", "ours\n"))
    repository.git("checkout", "-q", "main")
    repository.commit(b=TEN.replace("line 1\n", "theirs\n"))
    repository.git("checkout", "-q", "topic")
    assert changed("main") == {"a.py": ((1, 1),)}


@pytest.mark.parametrize("name", ["with blank.py", 'quo"te.py', "tab\there.py", "back\\slash.py", "größe.py", "b/x.py"])
def test_names_that_git_quotes(repository, changed, name):
    repository.commit()
    repository.write(name, TEN)
    repository.commit()
    repository.write(name, TEN.replace("line 6\n", "other\n"))
    assert changed("HEAD") == {name: ((6, 6),)}


def test_lines_that_look_like_headers(repository, changed):
    repository.commit(a=TEN)
    repository.write("a.py", TEN.replace("line 2\n", "++ b/z.py\n@@ -1 +900 @@\n"))
    assert changed("HEAD") == {"a.py": ((2, 3),)}


def test_a_last_line_without_an_end_before_lines_that_look_like_headers(repository, changed):
    repository.write("a.py", "x")
    repository.commit()
    repository.write("a.py", "y\n++ b/z.py\n++ b/z.py")
    assert changed("HEAD") == {"a.py": ((1, 3),)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(st.sampled_from("abcde"), max_size=12),
    after=st.lists(st.sampled_from("abcde"), max_size=12),
    ended=st.booleans(),
)
def test_lines_outside_of_the_changes_are_what_they_were(repository, changed, before, after, ended):
    repository.commit(a="".join(f"{line}\n" for line in before))
    repository.write("a.py", "\n".join(after) + ("\n" if ended and after else ""))
    spans = changed("HEAD").get("a.py", ())
    kept = [line for number, line in enumerate(after, 1) if not any(first <= number <= last for first, last in spans)]
    rest = iter(before)
    assert all(line in rest for line in kept)  # in their order
    if not spans:
        assert before == after


def test_touches(repository):
    repository.commit(a=TEN)
    repository.write("a.py", TEN.replace("line 3\n", "other\n"))
    found = changes_since(str(repository.root), "HEAD")
    path = str(repository.root / "a.py")
    assert [found.touches(path, line, line) for line in (2, 3, 4)] == [False, True, False]
    assert found.touches(path, 1, 9)
    assert found.has(path)
    assert not found.has(str(repository.root / "b.py"))


def test_a_revision_that_is_none(repository):
    repository.commit(a=TEN)
    with pytest.raises(GitFailed, match="`nowhere` names no commit"):
        changes_since(str(repository.root), "nowhere")
    with pytest.raises(GitFailed, match="names no commit"):
        changes_since(str(repository.root), "--output=x")
    assert not (repository.root / "x").exists()


def test_histories_with_nothing_in_common(repository):
    repository.commit(a=TEN)
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit(a=TEN, b=TEN)
    with pytest.raises(GitFailed, match="no commit in common"):
        changes_since(str(repository.root), "main")


def test_no_checkout(tmp_path):
    (tmp_path / "plain").mkdir()
    with pytest.raises(GitFailed, match="not a git repository"):
        changes_since(str(tmp_path / "plain"), "HEAD")


def test_a_shallow_clone_says_what_to_do(repository, tmp_path):
    repository.commit(a=TEN)
    repository.git("branch", "topic")
    repository.commit(a=TEN + "more\n")
    repository.git("checkout", "-q", "topic")
    repository.commit(b="")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repository.root}", clone], check=True
    )
    with pytest.raises(GitFailed, match="--unshallow"):
        changes_since(str(clone), "origin/main")
