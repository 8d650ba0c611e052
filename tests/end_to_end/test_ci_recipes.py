"""The configurations that the documentation shows, held against what their programs and hosts accept."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "linter" / "ci.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r'^```yaml title="([^"]+)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL))
CHECKS = {
    ".github/workflows/holdfast.yml": ["check_jsonschema", "--builtin-schema", "vendor.github-workflows"],
    ".gitlab-ci.yml": ["check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    ".pre-commit-config.yaml": ["pre_commit", "validate-config"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_configuration_is_valid(name, tmp_path):
    file = tmp_path / Path(name).name
    file.write_text(FILES[name])
    done = subprocess.run([sys.executable, "-m", *CHECKS[name], str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_configuration_of_the_page_is_checked():
    assert set(FILES) == set(CHECKS)


def test_the_action_is_given_inputs_that_it_has():
    [job] = yaml.safe_load(FILES[".github/workflows/holdfast.yml"])["jobs"].values()
    [given] = [step["with"] for step in job["steps"] if "/holdfast@" in step.get("uses", "")]
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(given) <= set(action["inputs"])


def test_the_hooks_exist():
    [repository] = yaml.safe_load(FILES[".pre-commit-config.yaml"])["repos"]
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in repository["hooks"]} <= {hook["id"] for hook in manifest}
