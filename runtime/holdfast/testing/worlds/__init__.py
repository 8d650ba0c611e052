"""Shifted worlds: processes in which one thing is other than at first (the clock, the host, the hash seed …), all else alike.

`world.py` lists them, with the rule that a difference there breaks; `processes.py` starts the processes and asks them;
`child.py` is what runs in one; the other modules are what it shifts, each by names that workflow code looks up: they
are put in place before the workflow's module is imported, so it does not matter how that imports them.
"""
