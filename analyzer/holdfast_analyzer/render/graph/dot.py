"""A call graph in the DOT language of Graphviz (https://graphviz.org/doc/info/lang.html)."""

from collections.abc import Iterator

from holdfast_analyzer.call_graph import CallGraph, NodeKind

SHAPES = {
    NodeKind.WORKFLOW: "shape=box, style=rounded, penwidth=2",
    NodeKind.FUNCTION: "shape=box",
    NodeKind.STEP: "shape=box, peripheries=2",
    NodeKind.OPERATION: "shape=hexagon",
}
"""Kind → the attributes of its nodes."""


def render_dot(graph: CallGraph) -> Iterator[str]:
    """Yield the lines of a digraph; durable calls are drawn thick."""
    yield f"digraph {_quoted(graph.unit)} {{"
    yield '    rankdir=LR; node [fontname="monospace", fontsize=11];'
    for index, node in enumerate(graph.nodes):
        label = "\\n".join(map(_escaped, node.lines))
        yield f'    n{index} [label="{label}", {SHAPES[node.kind]}];'
    for edge in graph.edges:
        yield f"    n{edge.source} -> n{edge.target}{' [penwidth=2]' if edge.is_durable else ''};"
    yield "}"


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
