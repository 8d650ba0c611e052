"""Fixes: from what rules propose to edits of files.

- `locate`: the findings of a check with the fixes that their places allow;
- `substitute`, `sorting`, `awaiting`, `extract`: one module a kind of fix, each from a syntax tree to the parts of the text to replace;
- `names`: under which name a file knows a module, and the import that it lacks;
- `users`: who else uses a function, and so would feel its change;
- `applying`: edits to the bytes of files; `rounds`: check and apply until nothing is left to do.

A fix replaces the smallest parts of the text that it can, by positions of the syntax tree: everything else stays as it is, byte for byte.
No import is removed: whether another module takes a name from here is for its own linter to know.
"""
