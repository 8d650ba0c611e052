"""`holdfast lsp`: the language server, over standard input and output.

- `server`: what the client asks and tells, and what it is told;
- `checking`: when to check: after a pause in typing, one check at a time, given up when its result is no longer wanted;
- `project`: one folder with its settings, its baseline and its session;
- `buffers`: what the editor holds and the disk does not;
- `diagnostics`, `actions`, `hover`: findings as the protocol has them;
- `positions`: columns in the client's units.
"""

from holdfast_analyzer.language_server.server import serve

__all__ = ["serve"]
