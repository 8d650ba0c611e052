"""`holdfast versions`, `metrics`, `prune`, `export`, `import`, and bulk forms of `workflows cancel`, `resume` and `fork`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import holdfast
from holdfast import Client, Engine, State, workflow
from holdfast.__main__ import holdfast as command


@workflow
def listens(number: int) -> object:
    return [number, holdfast.receive()]


def run(url: str, *arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(command, [*arguments, "--database", url], input=given)


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/app.db"
    with Engine(url, suspend_after=0.01):
        pass
    with Client(url) as client:
        for number in range(3):
            client.enqueue(listens, number, id=f"w/{number}")
    return url


def test_bulk_commands_show_ask_and_do(url: str) -> None:
    for arguments in (("workflows", "cancel"), ("workflows", "cancel", "w/0", "--prefix", "w/")):
        assert run(url, *arguments).exit_code == 2
    said = run(url, "workflows", "cancel", "--prefix", "w/", "--dry-run").output
    assert sorted(said.splitlines()) == [f"would cancel w/{number}" for number in range(3)]
    refused = run(url, "workflows", "cancel", "--all", given="n\n")
    assert refused.exit_code != 0
    with Client(url) as client:
        assert {each.state for each in client.list()} == {State.QUEUED}
    assert run(url, "workflows", "cancel", "--all", "--older-than", "1h", "-y").exit_code == 0
    done = run(url, "workflows", "cancel", "--all", given="y\n")
    assert done.output.count("cancelled w/") == 3
    resumed = run(url, "workflows", "resume", "--state", "cancelled", "-y")
    assert resumed.output.count("resumed w/") == 3
    forked = run(url, "workflows", "fork", "--state", "queued", "--name", listens.name, "-y")
    assert len(forked.output.split()) == 3
    with Client(url) as client:
        assert len(client.list(state="queued")) == 6


def test_a_workflow_moves_to_another_database(url: str, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.db"
    assert run(other, "migrate").exit_code == 0
    file = tmp_path / "w.json"
    assert run(url, "export", "w/1", "-o", str(file)).exit_code == 0
    assert run(other, "import", str(file)).output == "imported w/1\n"
    again = run(other, "import", str(file))
    assert again.exit_code == 1
    assert "in use" in again.output
    assert json.loads(run(other, "export", "w/1").output) == json.loads(file.read_text())
    with Engine(other) as engine:
        engine.send("w/1", "x")
        assert engine.handle("w/1").result(timeout=20) == [1, "x"]


def test_versions_and_metrics(url: str) -> None:
    table = run(url, "versions").output
    assert listens.name.split(".")[-1] in table.replace("\n", "")
    assert "3 queued" in table
    assert "none" in table
    (found,) = json.loads(run(url, "versions", "--json").output)
    assert found["states"] == {"queued": 3}
    assert run(url, "metrics").output.startswith("3 queued")
    assert json.loads(run(url, "metrics", "--output-format", "json").output)["queued"] == 3
    for output_format in ("prometheus", "openmetrics"):
        text = run(url, "metrics", "--output-format", output_format).output
        assert 'holdfast_workflows{queue="default",state="queued"} 3.0' in text
    assert text.endswith("# EOF\n")


def test_pruning_asks_first(url: str) -> None:
    with Client(url) as client:
        client.cancel("w/0")
    assert run(url, "prune", "--older-than", "0s", given="n\n").exit_code != 0
    assert run(url, "prune", "--older-than", "7d", "-y").output.endswith("deleted 0 workflow(s)\n")
    assert run(url, "prune", "--older-than", "0s", "-y").output.endswith("deleted 1 workflow(s)\n")
