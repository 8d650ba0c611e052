"""What git knows of a checkout: what it ignores, which commit a revision names, which lines changed since."""

from holdfast_analyzer.git.changes import Changes, changes_since
from holdfast_analyzer.git.program import GitFailed, ask, checkout_around, read, toplevel
from holdfast_analyzer.git.revisions import commit_of, content_at, files_at, is_shallow, merge_base

__all__ = [
    "Changes",
    "GitFailed",
    "ask",
    "changes_since",
    "checkout_around",
    "commit_of",
    "content_at",
    "files_at",
    "is_shallow",
    "merge_base",
    "read",
    "toplevel",
]
