"""The commands `holdfast worker`, `workflows` and `migrate`, as a user runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from holdfast import Client, Engine, State, step, workflow
from holdfast.command.migrate import migrate
from holdfast.command.workflows import workflows

_MODULE = """
import time
import holdfast

@holdfast.step
def slow(number: int) -> int:
    open("ran", "a").write(f"{number}\\n")
    time.sleep(0.05)
    return number

@holdfast.workflow(name="counting", version="1")
def counting(count: int) -> int:
    return sum(slow(number) for number in range(count))
"""


@step
def note(number: int) -> int:
    return number


@workflow(name="noting")
def noting(number: int) -> int:
    if note(number) < 0:
        raise ValueError("below zero")
    return number


def run(*arguments: str) -> Result:
    return CliRunner().invoke(workflows, arguments)


def test_migrate(store_url: str) -> None:
    runner = CliRunner()
    assert runner.invoke(workflows, ["list", "--database", store_url]).exit_code == 1
    assert "applied migration 1" in runner.invoke(migrate, ["--database", store_url]).output
    assert "up to date" in runner.invoke(migrate, ["--database", store_url]).output
    printed = runner.invoke(migrate, ["--database", store_url, "--print"])
    assert "CREATE TABLE" in printed.output
    assert run("list", "--database", store_url).exit_code == 0


def test_workflows(store_url: str) -> None:
    with Engine(store_url) as engine:
        engine.run(noting, 1, id="one")
        with pytest.raises(ValueError, match="below"):
            engine.run(noting, -1, id="bad")
        engine.enqueue(noting, 3, id="later", delay=600)
    options = ("--database", store_url)
    listed = json.loads(run("list", "--json", *options).output)
    assert {each["id"]: each["state"] for each in listed} == {"one": "succeeded", "bad": "failed", "later": "delayed"}
    assert "later" in run("list", "--state", "delayed", *options).output
    assert "below zero" in run("get", "bad", *options).output
    assert json.loads(run("get", "one", "--json", *options).output)["result"] == 1
    assert json.loads(run("history", "one", "--json", *options).output)[0]["result"] == 1
    assert "note" in run("history", "one", *options).output
    assert "cancelled later" in run("cancel", "later", *options).output
    assert "had ended before" in run("cancel", "later", *options).output
    assert "resumed later" in run("resume", "later", *options).output
    assert run("fork", "one", "--new-id", "two", *options).output.strip() == "two"
    refused = run("get", "nothing", *options)
    assert refused.exit_code == 1
    assert "no workflow has the id" in refused.output


def test_a_worker_runs_what_is_enqueued_and_hands_back_at_sigterm(store_url: str, tmp_path: Path) -> None:
    (tmp_path / "counting_app.py").write_text(_MODULE)
    command = [sys.executable, "-m", "holdfast", "worker", "counting_app", "--database", store_url]
    CliRunner().invoke(migrate, ["--database", store_url])
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    worker = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        with Client(store_url) as client:
            assert client.enqueue("counting", 3).result(30) == 3
            long = client.enqueue("counting", 1000, id="long")
            while long.state is not State.RUNNING or not client.history("long"):
                time.sleep(0.02)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
            assert long.state is State.QUEUED
            assert len(client.history("long")) == len((tmp_path / "ran").read_text().split()) - 3
    finally:
        worker.kill()
        worker.communicate()
