"""`holdfast explain PATH:LINE`: what a line is, and which calls lead to it."""

import json

import pytest

from holdfast.__main__ import main

ORDERS = """\
import importlib
import time

import holdfast
from helpers import stamp

STARTED = time.time()


@holdfast.step
def charge(order: str) -> float:
    return fee(order)  # line 12


def fee(order: str) -> float:
    return time.time()  # line 16


@holdfast.step
def refund(order: str) -> None:
    print(order)  # line 21


def settle(order: str) -> str:
    charge(order)  # line 25
    return stamp(order)  # line 26


@holdfast.workflow
def fulfil(order: str) -> str:
    def later() -> str:
        return order  # line 32

    fee(order)
    importlib.import_module(order).notify(order)
    if STARTED > 3:
        return ""
    return settle(order)


@holdfast.workflow
def second(order: str) -> str:
    return settle(order)


class Mailer:
    size = 3  # line 47

    def notify(self, order: str) -> None:
        print(order)  # line 50
"""
HELPERS = """\
import datetime


def stamp(order):
    return order + str(datetime.datetime.now())


def audit(order):
    return order
"""


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "orders.py").write_text(ORDERS)
    (tmp_path / "helpers.py").write_text(HELPERS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def explained(capsys):
    def run(*arguments: str):
        status = main(["explain", "--output-format", "json", *arguments])
        captured = capsys.readouterr()
        assert status == 0, captured.err
        return json.loads(captured.out)

    return run


@pytest.fixture
def told(capsys):
    def run(*arguments: str):
        status = main(["explain", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def steps(way):
    return [(frame["path"], frame["line"]) for frame in way["chain"]]


def test_workflow_code_comes_with_each_workflow_and_its_chain(explained):
    found = explained("helpers.py:5")
    assert found["kind"] == "workflow"
    assert found["function"] == "helpers:stamp"
    assert [(way["unit"], way["in_step"]) for way in found["ways"]] == [
        ("orders:fulfil", False),
        ("orders:second", False),
    ]
    assert steps(found["ways"][0]) == [("orders.py", 30), ("orders.py", 38), ("orders.py", 26)]
    assert [finding["code"] for finding in found["findings"]] == ["DUR101"]


def test_the_body_of_a_step_and_what_it_calls(explained):
    assert explained("orders.py:12")["kind"] == "step"
    found = explained("helpers.py:5", "helpers.py")  # without the workflows
    assert (found["kind"], found["ways"]) == ("unreached", [])
    assert found["reasons"] == ["the checked files hold no workflow"]


def test_a_function_that_is_reached_both_ways_is_workflow_code(explained):
    found = explained("orders.py:16")
    assert found["kind"] == "workflow"
    assert [(way["unit"], way["in_step"]) for way in found["ways"]] == [
        ("orders:fulfil", False),
        ("orders:fulfil", True),
        ("orders:second", True),
    ]
    assert found["reasons"] == ["a step's body leads here, too; what it does there is on record"]


def test_durable_operations_and_findings_that_pass_over_the_line(explained):
    [operation] = explained("orders.py:25")["operations"]
    assert operation[1:] == ["step", "orders.charge", "charge"]
    assert [found["path"] for found in explained("orders.py:26")["findings"]] == ["helpers.py"]


def test_import_time(explained):
    found = explained("orders.py:7")
    assert (found["kind"], found["function"]) == ("import", "")
    assert found["reasons"][1] == "yet workflow `orders:fulfil` uses its value through `STARTED`"
    assert "in the body of class `Mailer`" in explained("orders.py:47")["reasons"][0]


def test_why_nothing_reaches_a_function(explained):
    assert (
        explained("orders.py:21")["reasons"][0]
        == "`@holdfast.step` makes it a step, and no workflow is seen to start it"
    )
    assert explained("orders.py:32")["reasons"][0].startswith("`fulfil` defines it and is workflow code")
    [reason] = explained("orders.py:50")["reasons"]
    assert reason.startswith("the unresolved call `importlib.import_module(…).notify` at orders.py:35")
    assert explained("helpers.py:9")["reasons"] == [
        "none of the 2 workflows calls `audit`; 2 of their calls could not be resolved"
    ]


def test_trusted_functions_are_not_entered(explained, project):
    (project / "pyproject.toml").write_text('[tool.holdfast]\ntrusted = ["helpers.stamp"]\n')
    assert "`trusted` in the settings vouches for it, so that it is not entered" in explained("helpers.py:5")["reasons"]


def test_a_file_that_is_excluded(explained, project):
    (project / "generated.py").write_text("def f():\n    return 1\n")
    found = explained("generated.py:2", "--isolated", "orders.py", "helpers.py")
    assert found["kind"] == "unchecked"
    assert "not among the checked ones" in found["reasons"][0]


def test_a_step_that_is_a_lambda(explained, project):
    (project / "inline.py").write_text(
        "from dbos import DBOS\n\n\n@DBOS.workflow()\ndef w(x):\n    DBOS.run_step(None, lambda: open(x).read())\n"
    )
    found = explained("inline.py:6")
    assert found["kind"] == "workflow"
    assert [operation[1] for operation in found["operations"]] == ["step"]


def test_warm_and_cold_say_the_same(explained):
    assert explained("orders.py:16") == explained("orders.py:16", "--no-cache")


def test_a_query_is_never_replayed(explained, project):
    (project / "flows.py").write_text(
        "from temporalio import workflow\n\n\n@workflow.defn\nclass Flow:\n    @workflow.run\n"
        "    async def run(self):\n        return 1\n\n    @workflow.query\n    def state(self):\n        return 2\n"
    )
    assert explained("flows.py:8")["kind"] == "workflow"
    found = explained("flows.py:12")
    assert found["kind"] == "unreached"
    assert found["reasons"][0] == "`@workflow.query` marks what a replay never runs"


def test_a_step_that_runs_elsewhere_is_known_by_what_starts_it(explained, project):
    (project / "flows.py").write_text(
        "from temporalio import activity, workflow\n\n\n@activity.defn\nasync def charge(order):\n    return 1\n\n\n"
        "@activity.defn\nasync def refund(order):\n    return 2\n\n\n@workflow.defn\nclass Flow:\n    @workflow.run\n"
        "    async def run(self, order):\n        return await workflow.execute_activity(charge, order)\n"
    )
    found = explained("flows.py:6")
    assert (found["kind"], found["reasons"]) == ("step", [])
    assert [(way["unit"], way["in_step"], steps(way)[-1]) for way in found["ways"]] == [
        ("flows:Flow", True, ("flows.py", 18))
    ]
    assert (
        explained("flows.py:11")["reasons"][0]
        == "`@activity.defn` makes it a step, and no workflow is seen to start it"
    )


def test_in_words(told):
    status, out, _ = told("orders.py:12:5")
    assert status == 0
    assert out.splitlines()[:5] == [
        "orders.py:12 in `charge`: inside a step; what the step returned is on record, and a replay does not run it",
        "",
        "workflow `orders:fulfil` (holdfast) reaches it, in the body of a step",
        "  orders.py:30  is defined",
        "  orders.py:38  `fulfil` → `settle`",
    ]


def test_a_file_elsewhere_is_explained_within_its_project(told, project, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    status, out, _ = told(f"{project}/helpers.py:5")
    assert status == 0
    assert "workflow `orders:second`" in out


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("orders.py", "`orders.py` names no line: write `PATH:LINE`, such as `orders.py:12`"),
        ("orders.py:900", "`orders.py` has no line 900: it has 50"),
        ("orders.py:0", "`orders.py` has no line 0: it has 50"),
        ("missing.py:3", "there is no file `missing.py`"),
    ],
)
def test_what_names_no_line(told, location, said):
    status, _, err = told(location)
    assert status == 2
    assert said in err


def test_a_file_that_cannot_be_read_as_python(told, project):
    (project / "broken.py").write_text("def f(:\n    pass\n")
    status, out, err = told("broken.py:2")
    assert status == 0
    assert "not checked" in out
    assert "broken.py:1" in err
