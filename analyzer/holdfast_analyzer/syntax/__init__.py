"""From the text of a file to its syntax tree.

`parse` makes an `ast` of any file, `newer` reads what the running Python refuses, `literals` finds what stands inside
string literals, where `ast` keeps no positions (Python 3.11) or joins what is written apart.
"""
