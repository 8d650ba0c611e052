"""Revisions: which commit a name means, where it parted from what is checked out, what a file held there."""

from collections.abc import Collection, Iterator

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


def files_at(folder: str, commit: str, endings: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a commit, each with its content; links and submodules are left out.

    Args:
        folder: the absolute path of the checkout's root.
        commit: its id.
        endings: how the names of the files end.

    Raises:
        GitFailed: git cannot read it, as in a partial clone without its remote.
    """
    listed = read(folder, "ls-tree", "-r", "-z", "--full-tree", commit)
    wanted: list[tuple[bytes, bytes]] = []
    for entry in listed.split(b"\0"):
        facts, _, name = entry.partition(b"\t")
        if name.endswith(tuple(ending.encode() for ending in endings)) and facts.startswith(b"100"):
            wanted.append((facts.split()[2], name))
    batch = read(folder, "cat-file", "--batch", given=b"".join(identity + b"\n" for identity, _ in wanted))
    offset = 0
    for identity, name in wanted:
        end = batch.index(b"\n", offset)
        header = batch[offset:end].split()
        if header[1:2] != [b"blob"]:
            raise GitFailed(
                f"`{name.decode(errors='replace')}` of `{commit[:12]}` cannot be read: {identity.decode()} is missing"
            )
        size = int(header[2])
        yield name.decode("utf-8", "surrogateescape"), batch[end + 1 : end + 1 + size]
        offset = end + 1 + size + 1


def is_shallow(folder: str) -> bool:
    """Tell whether a checkout holds a part of the history only."""
    return read(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
