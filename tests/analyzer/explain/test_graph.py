"""`holdfast graph UNIT`: a workflow's calls and durable operations, for Mermaid, for Graphviz, and as a picture."""

import sys
from xml.etree import ElementTree

import pytest

from holdfast.__main__ import main
from holdfast_analyzer import api
from holdfast_analyzer.call_graph import CallGraph, Edge, Node, NodeKind
from holdfast_analyzer.config import Settings
from holdfast_analyzer.render.graph.dot import render_dot
from holdfast_analyzer.render.graph.mermaid import render_mermaid
from holdfast_analyzer.render.graph.svg import render_svg

ORDERS = """\
import holdfast


@holdfast.step
def charge(order: str) -> str:
    return fee(order)


def fee(order: str) -> str:
    return order


def settle(order: str) -> str:
    holdfast.sleep(60)
    return charge(order)


def again(order: str) -> str:
    return again(order) if order else settle(order)


@holdfast.workflow
def fulfil(order: str) -> str:
    return again(order) + charge(order)


@holdfast.workflow
def empty(order: str) -> str:
    return order
"""
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "orders.py").write_text(ORDERS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def drawn(capsys):
    def run(*arguments: str):
        status = main(["graph", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def calls(graph: CallGraph) -> set[tuple[str, str]]:
    return {(graph.nodes[edge.source].title, graph.nodes[edge.target].title) for edge in graph.edges}


def test_functions_and_durable_operations_in_the_order_of_the_code():
    graph = api.graph("orders:fulfil", ["."], Settings(cache_dir=None))
    assert [(node.kind, node.lines) for node in graph.nodes] == [
        ("workflow", ("fulfil", "orders.py:23")),
        ("function", ("again", "orders.py:18")),
        ("step", ("2, 3 · charge", "orders.py:5")),
        ("function", ("settle", "orders.py:13")),
        ("operation", ("1 · sleep", "orders.py:14")),
    ]
    assert calls(graph) == {
        ("fulfil", "again"), ("fulfil", "charge"), ("again", "again"), ("again", "settle"), ("settle", "sleep"), ("settle", "charge"),
    }  # fmt: skip


def test_what_a_step_does_is_drawn_only_when_it_is_asked_for():
    settings = Settings(cache_dir=None)
    assert ("charge", "fee") not in calls(api.graph("fulfil", ["."], settings))
    assert ("charge", "fee") in calls(api.graph("fulfil", ["."], settings, inside_steps=True))


def test_mermaid(drawn):
    status, out, _ = drawn("empty")
    assert (status, out) == (0, 'flowchart LR\n    n0(["empty<br/>orders.py:28"])\n')
    assert "==>" in drawn("fulfil")[1]


NAMES = CallGraph(
    unit='a"b\\c',
    engine="dbos",
    nodes=(
        Node(kind=NodeKind.WORKFLOW, title='say "no" <b>#\\', place="a.py:1"),
        Node(kind=NodeKind.OPERATION, title="sleep", place="a.py:2", numbers=(1,)),
    ),
    edges=(Edge(0, 1, True), Edge(1, 0, False), Edge(1, 1, False)),
)


def test_names_do_not_break_out_of_their_quotes():
    assert 'n0(["say #34;no#34; #60;b#62;#35;#92;<br/>a.py:1"])' in "\n".join(render_mermaid(NAMES))
    dot = "\n".join(render_dot(NAMES))
    assert dot.startswith('digraph "a\\"b\\\\c" {')
    assert 'label="say \\"no\\" <b>#\\\\\\na.py:1"' in dot
    texts = [found.text for found in ElementTree.fromstring(render_svg(NAMES)).iter(f"{SVG}text")]
    assert texts[0] == 'say "no" <b>#\\'


def test_a_picture_holds_each_node_within_its_bounds_and_apart_from_the_others(drawn, project):
    assert drawn("fulfil", "--format", "svg", "--output", "graph.svg")[0] == 0
    picture = ElementTree.parse(project / "graph.svg").getroot()
    boxes = [{key: float(box.get(key)) for key in ("x", "y", "width", "height")} for box in picture.iter(f"{SVG}rect")]
    assert len(boxes) == 5
    for box in boxes:
        assert 0 <= box["x"] <= box["x"] + box["width"] <= float(picture.get("width"))
        assert 0 <= box["y"] <= box["y"] + box["height"] <= float(picture.get("height"))
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            beside = one["x"] + one["width"] < other["x"] or other["x"] + other["width"] < one["x"]
            below = one["y"] + one["height"] < other["y"] or other["y"] + other["height"] < one["y"]
            assert beside or below
    arrows = [path for path in picture.iter(f"{SVG}path") if path.get("marker-end")]
    assert len(arrows) == 6


def test_a_workflow_that_calls_nothing_has_a_picture(drawn):
    status, out, _ = drawn("empty", "--format", "svg")
    assert status == 0
    assert [text.text for text in ElementTree.fromstring(out).iter(f"{SVG}text")] == ["empty", "orders.py:28"]


def test_the_same_program_gives_the_same_picture(drawn):
    assert drawn("fulfil", "--format", "svg") == drawn("fulfil", "--format", "svg", "--no-cache")


def test_without_the_extra_the_remedy_is_told(drawn, monkeypatch):
    monkeypatch.setitem(sys.modules, "fast_sugiyama", None)
    status, _, err = drawn("fulfil", "--format", "svg")
    assert status == 2
    assert 'pip install "holdfast[graph]"' in err
    assert drawn("fulfil", "--format", "dot")[0] == 0


def test_names_of_workflows(drawn, project):
    status, _, err = drawn("fulfill")
    assert (status, "did you mean `fulfil`" in err) == (2, True)
    (project / "more.py").write_text(ORDERS)
    status, _, err = drawn("fulfil")
    assert status == 2
    assert "`fulfil` may be `more:fulfil` or `orders:fulfil`: name one of them whole" in err
    assert drawn("more:fulfil")[0] == 0


def test_a_file_that_cannot_be_written(drawn):
    status, _, err = drawn("fulfil", "--output", "missing/graph.mmd")
    assert status == 2
    assert "`missing/graph.mmd` cannot be written: no such file or directory" in err
