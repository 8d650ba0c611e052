"""A call graph as a Mermaid flowchart, which GitHub, GitLab and most wikis draw (https://mermaid.js.org/syntax/flowchart.html)."""

from collections.abc import Iterator

from holdfast_analyzer.call_graph import CallGraph, NodeKind

SHAPES = {
    NodeKind.WORKFLOW: ('(["', '"])'),
    NodeKind.FUNCTION: ('["', '"]'),
    NodeKind.STEP: ('[["', '"]]'),
    NodeKind.OPERATION: ('{{"', '"}}'),
}
"""Kind → what stands around the text of a node: a stadium, a box, a box with double sides, a hexagon."""


def render_mermaid(graph: CallGraph) -> Iterator[str]:
    """Yield the lines of a flowchart; durable calls are drawn thick."""
    yield "flowchart LR"
    for index, node in enumerate(graph.nodes):
        before, after = SHAPES[node.kind]
        yield f"    n{index}{before}{'<br/>'.join(map(_escaped, node.lines))}{after}"
    for edge in graph.edges:
        yield f"    n{edge.source} {'==>' if edge.is_durable else '-->'} n{edge.target}"


def _escaped(text: str) -> str:
    """Return text as it may stand between quotes: Mermaid writes entities by number, with `#` in place of `&#`."""
    return "".join(
        character if character.isalnum() or character in " .,:/_-()[]" else f"#{ord(character)};" for character in text
    )
