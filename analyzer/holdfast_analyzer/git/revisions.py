"""Revisions: which commit a name means, where it parted from what is checked out, what a file held there."""

from holdfast_analyzer.git.program import GitFailed, ask, complaint, read


def commit_of(folder: str, revision: str) -> str:
    """The id of the commit that a revision names.

    Args:
        folder: an absolute path inside a checkout.
        revision: anything that git understands: `main`, `origin/main`, `HEAD~2`, a tag, an id.

    Raises:
        GitFailed: it names none; the message says so, and what may help.
    """
    done = ask(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if done.returncode:
        if done.stderr.strip():
            raise GitFailed(complaint(done))
        raise GitFailed(f"`{revision}` names no commit; fetch it, or give one that `git log` knows")
    return done.stdout.decode().strip()


def merge_base(folder: str, revision: str) -> str:
    """The id of the commit where what is checked out parted from a revision.

    Args:
        folder: an absolute path inside a checkout.
        revision: as for `commit_of`.

    Raises:
        GitFailed: the revision names no commit, or both have no history in common, as in a shallow clone.
    """
    commit = commit_of(folder, revision)
    done = ask(folder, "merge-base", commit, "HEAD")
    if done.returncode == 1:
        raise GitFailed(
            f"`{revision}` and `HEAD` have no commit in common; fetch more history (`git fetch --unshallow`)"
        )
    if done.returncode:
        raise GitFailed(complaint(done))
    return done.stdout.decode().strip()


def content_at(folder: str, revision: str, path: str) -> bytes | None:
    """The content of a file as a revision holds it; None when it holds no such file.

    Args:
        folder: the absolute path of the checkout's root.
        revision: as for `commit_of`.
        path: relative to the root, with slashes.

    Raises:
        GitFailed: the revision names no commit, or git cannot read it.
    """
    commit = commit_of(folder, revision)
    listed = read(folder, "ls-tree", "-z", "--full-tree", commit, "--", path)
    if not listed:
        return None
    kind = listed.split(b"\t", 1)[0].split()[1]
    return read(folder, "cat-file", "blob", f"{commit}:{path}") if kind == b"blob" else None
