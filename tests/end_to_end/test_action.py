"""The action of GitHub: its steps are run as the runner runs them, in a folder of their own."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
FLOW = "import time\nfrom holdfast import workflow\n\n\n@workflow\ndef checkout() -> float:\n    return time.time()\n"
CLEAN = "from holdfast import now, workflow\n\n\n@workflow\ndef checkout() -> float:\n    return now().timestamp()\n"


class Runner:
    """Runs the steps of a composite action: expressions, conditions, step outputs, `shell: python`.

    Attributes:
        uses: what each step of another action was given.
        log: what the steps printed.
        outputs: of the action.
    """

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "workspace"
        self.temp = folder / "temp"
        for made in (self.workspace, self.temp):
            made.mkdir()
        (self.workspace / ".git").mkdir()
        self.summary = folder / "summary.md"
        self.uses: list[tuple[str, dict[str, str]]] = []
        self.outputs: dict[str, str] = {}
        self.log = ""

    def run(self, **inputs: str) -> bool:
        """Run the action; return whether it succeeded."""
        given = {name: str(spec["default"]) for name, spec in ACTION["inputs"].items()}
        assert set(inputs) <= {name.replace("-", "_") for name in given}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        context = {f"inputs.{name}": value for name, value in given.items()}
        context |= {"github.action_path": str(ROOT), "runner.temp": str(self.temp)}
        succeeded = all(self._step(step, context) for step in ACTION["runs"]["steps"])
        self.outputs = {name: self._filled(spec["value"], context) for name, spec in ACTION["outputs"].items()}
        return succeeded

    def _step(self, step: dict[str, Any], context: dict[str, str]) -> bool:
        if "if" in step:
            name, wanted = re.fullmatch(r"([\w.-]+) == '([^']*)'", step["if"]).groups()
            if context[name] != wanted:
                return True
        if "uses" in step:
            self.uses.append(
                (step["uses"], {name: self._filled(value, context) for name, value in step["with"].items()})
            )
            return True
        assert step["shell"] == "python"
        assert "${{" not in step["run"]
        script = self.temp / f"{step['id']}.py"
        script.write_text(step["run"])
        written = self.temp / f"{step['id']}.outputs"
        written.touch()
        environment = {
            **os.environ,
            "GITHUB_OUTPUT": str(written),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "CI": "true",
        }
        environment |= {name: self._filled(value, context) for name, value in step.get("env", {}).items()}
        folder = self.workspace / self._filled(step.get("working-directory", "."), context)
        done = subprocess.run(
            [sys.executable, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        self.log += done.stdout + done.stderr
        for line in written.read_text().splitlines():
            name, _, value = line.partition("=")
            context[f"steps.{step['id']}.outputs.{name}"] = value
        return done.returncode == 0

    @staticmethod
    def _filled(text: str, context: dict[str, str]) -> str:
        return EXPRESSION.sub(lambda hit: context.get(hit[1], ""), text)


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path)


def test_the_file_is_a_valid_action():
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_findings_fail_the_job_and_are_shown_everywhere(runner):
    (runner.workspace / "flow.py").write_text(FLOW)
    assert not runner.run(version="installed")
    assert "::error file=flow.py,line=7,col=12" in runner.log
    assert "╰─▸ flow.py:7:12" in runner.log or "flow.py:7:12" in runner.log
    assert "flow.py:7:12: DUR101 [error]" in runner.summary.read_text()
    assert runner.outputs["status"] == "1"
    assert json.loads(Path(runner.outputs["sarif-file"]).read_text())["runs"][0]["results"][0]["ruleId"] == "DUR101"
    assert runner.uses == []


def test_a_clean_project_passes(runner):
    (runner.workspace / "flow.py").write_text(CLEAN)
    assert runner.run(version="installed")
    assert "found nothing" in runner.summary.read_text()
    assert runner.outputs["status"] == "0"


def test_sarif_is_uploaded_before_the_job_fails(runner):
    (runner.workspace / "flow.py").write_text(FLOW)
    assert not runner.run(version="installed", upload_sarif="true", sarif_file="report.sarif")
    [(action, given)] = runner.uses
    assert action.startswith("github/codeql-action/upload-sarif@")
    assert given == {"sarif_file": str(runner.workspace / "report.sarif"), "category": "holdfast"}
    assert (runner.workspace / "report.sarif").exists()


def test_inputs_are_words_never_programs(runner):
    (runner.workspace / "a b").mkdir()
    (runner.workspace / "a b" / "flow.py").write_text(FLOW)
    assert not runner.run(version="installed", paths="'a b'", annotations="false", summary="false")
    assert "a b/flow.py:7:12" in runner.log
    assert "::error" not in runner.log
    assert not runner.summary.exists()
    runner.log = ""
    assert not runner.run(version="installed", paths="$(touch hacked) ; touch hacked")
    assert not (runner.workspace / "hacked").exists()
    assert "does not exist" in runner.log


def test_further_arguments_and_the_folder(runner):
    (runner.workspace / "service").mkdir()
    (runner.workspace / "service" / "flow.py").write_text(FLOW)
    (runner.workspace / "flow.py").write_text(FLOW)
    assert runner.run(version="installed", args="--fail-on never --select DUR1", working_directory="service")
    assert "::error file=service/flow.py,line=7" in runner.log
    assert "file=flow.py" not in runner.log


def test_a_usage_error_fails_at_once(runner):
    (runner.workspace / "flow.py").write_text(CLEAN)
    assert not runner.run(version="installed", args="--selec DUR1", upload_sarif="true")
    assert runner.uses == []


def test_a_release_is_installed_from_the_index(runner, tmp_path, monkeypatch):
    wheel = tmp_path / "index" / "holdfast-9.9.9-py3-none-any.whl"
    wheel.parent.mkdir()
    program = "import sys; print('release 9.9.9', sys.argv[1:])\nfor a in sys.argv:\n    if ':' in a: open(a.split(':', 1)[1], 'w')\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("holdfast/__init__.py", "")
        archive.writestr("holdfast/__main__.py", program)
        info = "holdfast-9.9.9.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: holdfast\nVersion: 9.9.9\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert runner.run(version="9.9.9", paths="src")
    assert "release 9.9.9 ['check', '--output-format=full'" in runner.log
    assert "'src']" in runner.log
    assert not runner.run(version="1.2.3")
    assert "holdfast cannot be installed: holdfast==1.2.3" in runner.log
