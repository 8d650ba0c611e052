"""What `--unsafe-fixes` moves into a step: an expression with what makes it storable, and the names that it takes along."""

import pytest
from fixing import HOLDFAST, codes, fixed

HEAD = "import os, random, requests, secrets, subprocess, time, uuid\nfrom pathlib import Path\nimport holdfast\n"


def program(body: str, step: str = "", *, asynchronous: bool = False) -> str:
    """Return a module with one workflow, and the step in front of it."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{HEAD}{HOLDFAST}{step}@workflow\n{'async ' if asynchronous else ''}def run(order: str, size):\n{lines}"


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("keep(time.monotonic())", "keep(time_monotonic())", "def time_monotonic() -> float:\n    return time.monotonic()"),
        (
            "keep(secrets.token_hex(size))",
            "keep(secrets_token_hex(size))",
            "def secrets_token_hex(size: {any}) -> str:\n    return secrets.token_hex(size)",
        ),
        (
            "keep(requests.get(order, timeout=5).text)",
            "keep(requests_get(order))",
            "def requests_get(order: str) -> str:\n    return requests.get(order, timeout=5).text",
        ),
        (
            "requests.post(order, timeout=size)",
            "requests_post(order, size)",
            "def requests_post(order: str, size: {any}) -> None:\n    requests.post(order, timeout=size)",
        ),
        (
            "keep(Path(order).read_text())",
            "keep(path_read_text(order))",
            "def path_read_text(order: str) -> str:\n    return Path(order).read_text()",
        ),
        (
            "keep(os.environ['SHOP'])",
            "keep(os_environ())",
            "def os_environ() -> str:\n    return os.environ['SHOP']",
        ),
        (
            "keep(f'{uuid.uuid1()}')",
            "keep(f'{uuid_uuid1()}')",
            "def uuid_uuid1() -> uuid.UUID:\n    return uuid.uuid1()",
        ),
    ],
)  # fmt: skip
def test_an_expression_moves_into_a_step(before, after, step):
    takes_any = "{any}" in step
    expected = program(after, f"@holdfast.step\n{step.format(any='Any')}\n\n\n")
    if takes_any:
        expected = expected.replace("import holdfast\nfrom", "import holdfast\nfrom", 1)
    result = fixed(program(before), unsafe=True)
    assert result.replace("from typing import Any\n", "") == expected
    assert ("from typing import Any\n" in result) == takes_any
    assert codes(result) == []
    assert fixed(program(before)) == program(before)


@pytest.mark.parametrize(
    "body",
    [
        "return requests.get(order).elapsed",  # what no checkpoint holds
        "return keep(secrets.token_hex(size := 3))",
        "return [secrets.token_hex(number) for number in range(3)] and None or secrets.token_hex(*[size])",
    ],
)
def test_what_cannot_move_stays(body):
    after = fixed(program(body), unsafe=True)
    assert body.rsplit("secrets", 1)[-1] in after
    assert "requests_get" not in after


def test_equal_expressions_in_one_workflow_share_a_step():
    after = fixed(program("begun = time.monotonic()\nkeep(time.monotonic() - begun)"), unsafe=True)
    assert after.count("def time_monotonic") == 1
    assert after.count("time_monotonic()") == 3


def test_different_expressions_get_different_names():
    after = fixed(program("keep(secrets.token_hex(1))\nkeep(secrets.token_hex(2))"), unsafe=True)
    assert "def secrets_token_hex() -> str:\n    return secrets.token_hex(1)\n" in after
    assert "def secrets_token_hex_step() -> str:\n    return secrets.token_hex(2)\n" in after
    assert codes(after) == []


def test_a_helper_that_a_step_uses_stays():
    source = program("return keep(token())").replace(
        "@workflow",
        "def token():\n    return secrets.token_hex(8)\n\n\n@step\ndef other():\n    return token()\n\n\n@workflow",
    )
    assert fixed(source, unsafe=True) == source


def test_the_step_stands_before_the_comments_of_its_workflow():
    source = program("return keep(time.monotonic())").replace("@workflow", "# How it runs.\n@workflow")
    assert "return time.monotonic()\n\n\n# How it runs.\n@workflow\n" in fixed(source, unsafe=True)
