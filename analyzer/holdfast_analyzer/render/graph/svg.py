"""A call graph as an SVG picture: fast-sugiyama finds the places, so that no program of the system is needed."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from xml.etree import ElementTree

from holdfast_analyzer.call_graph import CallGraph, Node, NodeKind
from holdfast_analyzer.render.style import cells

CHARACTER = 7.3
"""Width of a character in pixels, at `FONT`."""
FONT = 12
ROW, GAP, HEIGHT, PADDING, MARGIN = 62.0, 70.0, 42.0, 14.0, 16.0
"""Distance of rows, space between columns, height of a node, space around its text, space around the picture; pixels."""

LOOKS = {
    NodeKind.WORKFLOW: {"fill": "#dbe9ff", "stroke": "#2457a6", "rx": "20", "stroke-width": "2"},
    NodeKind.FUNCTION: {"fill": "#ffffff", "stroke": "#5f6b7a", "rx": "3"},
    NodeKind.STEP: {"fill": "#def4e4", "stroke": "#23733f", "rx": "3", "stroke-width": "2"},
    NodeKind.OPERATION: {"fill": "#fff2d6", "stroke": "#97660b", "rx": "10", "stroke-dasharray": "5 3"},
}
"""Kind → how its boxes look."""

Point = tuple[float, float]


class NoLayout(RuntimeError):
    """The library that finds the places is not installed; the message names the remedy."""


def render_svg(graph: CallGraph) -> str:
    """Return the picture as the text of an SVG file.

    Raises:
        NoLayout: `holdfast[graph]` is not installed.
    """
    points, chains = _layout(graph)
    columns = _columns(graph, points)
    widths = [_width(node) for node in graph.nodes]
    middle = {index: (columns[point[0]], MARGIN + HEIGHT / 2 + point[1] * ROW) for index, point in points.items()}
    right = max(middle[index][0] + width for index, width in enumerate(widths))
    below = max(y for _, y in middle.values()) + HEIGHT / 2
    size = {"width": f"{right + MARGIN:.0f}", "height": f"{below + MARGIN:.0f}"}
    svg = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size})
    ElementTree.SubElement(svg, "title").text = f"{graph.unit} ({graph.engine})"
    marker = {"id": "arrow", "viewBox": "0 0 8 8", "refX": "8", "refY": "4", "orient": "auto"}
    tip = ElementTree.SubElement(
        ElementTree.SubElement(svg, "defs"), "marker", {**marker, "markerUnits": "userSpaceOnUse"}
    )
    tip.set("markerWidth", "9")
    tip.set("markerHeight", "9")
    ElementTree.SubElement(tip, "path", {"d": "M0 0 8 4 0 8z", "fill": "#5f6b7a"})
    for edge in graph.edges:
        looks = {"fill": "none", "stroke": "#5f6b7a", "stroke-width": "2.4" if edge.is_durable else "1.2"}
        path = _path(edge.source, edge.target, chains, middle, widths)
        ElementTree.SubElement(svg, "path", {"d": path, **looks, "marker-end": "url(#arrow)"})
    for index, node in enumerate(graph.nodes):
        _draw(svg, node, middle[index], widths[index])
    ElementTree.indent(svg)
    return ElementTree.tostring(svg, encoding="unicode") + "\n"


def _draw(svg: ElementTree.Element, node: Node, at: Point, width: float) -> None:
    x, y = at
    group = ElementTree.SubElement(svg, "g", {"class": node.kind.value})
    box = {"x": f"{x:.1f}", "y": f"{y - HEIGHT / 2:.1f}", "width": f"{width:.1f}", "height": f"{HEIGHT:.0f}"}
    ElementTree.SubElement(group, "rect", {**box, **LOOKS[node.kind]})
    for text, offset, colour in zip(node.lines, (-4.0, 12.0), ("#111111", "#5f6b7a"), strict=True):
        place = {"x": f"{x + width / 2:.1f}", "y": f"{y + offset:.1f}", "text-anchor": "middle", "fill": colour}
        font = {"font-family": "ui-monospace, Menlo, Consolas, monospace", "font-size": f"{FONT}"}
        ElementTree.SubElement(group, "text", {**place, **font}).text = text


def _width(node: Node) -> float:
    return max(map(cells, node.lines)) * CHARACTER + 2 * PADDING


def _layout(graph: CallGraph) -> tuple[dict[int, Point], dict[tuple[int, int], list[int]]]:
    """Return a column and a row for each node and for each bend of an edge, and the bends of each edge by their numbers.

    Layers and crossings are those of Sugiyama, Tagawa and Toda (1981), as fast-sugiyama finds them.
    """
    try:
        from fast_sugiyama import from_edges
    except ImportError as error:
        raise NoLayout(
            'drawing SVG needs `pip install "holdfast[graph]"`; `--format dot` and `--format mermaid` need nothing'
        ) from error
    edges = [(edge.source, edge.target) for edge in graph.edges if edge.source != edge.target]
    points: dict[int, Point] = {}
    chains: dict[tuple[int, int], list[int]] = {}
    below, bends = 0.0, len(graph.nodes)
    for positions, _, _, drawn in from_edges(edges, vertex_spacing=1, dummy_vertices=True) if edges else ():
        # Each part that hangs together numbers its bends by itself.
        own = {
            place: int(place) if int(place) < len(graph.nodes) else bends + n for n, (place, _) in enumerate(positions)
        }
        bends += len(positions)
        layers = {y: layer for layer, y in enumerate(sorted({y for _, (_, y) in positions}, reverse=True))}
        for place, (x, y) in positions:
            points[own[place]] = (layers[y], below + x)
        below = max((row for _, row in points.values()), default=0) + 1
        chains |= _chains([(own[a], own[b]) for a, b in drawn or ()], len(graph.nodes))
    for index in range(len(graph.nodes)):
        if index not in points:
            points[index] = (0, below)
            below += 1
    return points, chains


def _chains(drawn: list[tuple[int, int]], nodes: int) -> dict[tuple[int, int], list[int]]:
    """Return the bends between two nodes: numbers from `nodes` on, of which each has one way in and one way out."""
    onward = {source: target for source, target in drawn if source >= nodes}
    chains: dict[tuple[int, int], list[int]] = {}
    for source, target in drawn:
        if source >= nodes:
            continue
        passed = []
        while target >= nodes:
            passed.append(target)
            target = onward[target]
        chains[source, target] = passed
    return chains


def _columns(graph: CallGraph, points: Mapping[int, Point]) -> dict[float, float]:
    """Return where each column begins, as wide as its widest node."""
    widest: dict[float, float] = {}
    for index, (column, _) in points.items():
        width = _width(graph.nodes[index]) if index < len(graph.nodes) else 0.0
        widest[column] = max(widest.get(column, 0.0), width)
    starts, x = {}, MARGIN
    for column in sorted(widest):
        starts[column] = x
        x += widest[column] + GAP
    return starts


def _path(
    source: int,
    target: int,
    chains: Mapping[tuple[int, int], list[int]],
    at: Mapping[int, Point],
    widths: list[float],
) -> str:
    """Return the way of an arrow from the right side of one box to the left side of another, around its bends."""
    start = (at[source][0] + widths[source], at[source][1])
    if source == target:
        x, y = start
        return f"M{x:.1f} {y - 8:.1f} c40 -16 40 32 0 16"
    bends = chains.get((source, target))
    if bends is None:
        bends = chains.get((target, source), [])[::-1]
    ways = [start, *(at[bend] for bend in bends), at[target]]
    return f"M{start[0]:.1f} {start[1]:.1f}" + "".join(_curve(ways))


def _curve(ways: list[Point]) -> Iterator[str]:
    for (x, y), (onward_x, onward_y) in pairwise(ways):
        half = (x + onward_x) / 2
        yield f" C{half:.1f} {y:.1f} {half:.1f} {onward_y:.1f} {onward_x:.1f} {onward_y:.1f}"
