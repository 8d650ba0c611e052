"""Reads files ahead of the evaluation, in processes of their own.

Outlining and lowering a file depends on nothing but its bytes, so it does not matter who does it, nor when. `readers`
is the face; `reading` is what is done with one file, `process` does it where it is asked for over a pipe, `guess` tells
which files will be asked for next.
"""
