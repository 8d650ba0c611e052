"""What of a workflow's code changes its fingerprint, and what does not."""

import re
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from holdfast_rules.engines import profile_named
from holdfast_rules.fingerprint import Boundaries, Fingerprint

Fingerprinted = Callable[..., Fingerprint]

SHOP = {
    "app.py": '''
"""An app."""
from __future__ import annotations

import time as clock
from functools import partial
from typing import TYPE_CHECKING

import money.rates
from holdfast import step, transaction, workflow
from money import discount
from money.rates import *
from steps import pay, remember as keep

if TYPE_CHECKING:
    from money.basket import Basket

LIMITS = {"small": 10}
LIMITS["large"] = 100
HANDLERS = {}
UNRELATED = 5


def handles(kind):
    def register(function):
        HANDLERS[kind] = function
        return function
    return register


@handles("express")
def express(order):
    return order + "-express"


def logged(function):
    """Wrap."""
    def wrapper(*args):
        return function(*args)
    return wrapper


@step
def local_step(order: str) -> str:
    return order + "!"


@logged
def described(order: str, *, short: bool = False) -> str:
    """Describe an order."""
    return f"{order!r:>{len(order)}}" if not short else order


def unrelated():
    return UNRELATED


class Base:
    factor = 2

    def scaled(self, n):
        return n * self.factor


class Packer(Base):
    """Packs."""

    def __init__(self, size):
        self.size = size

    def boxes(self, count):
        return super().scaled(count) // self.size

    @step
    def label(self, order):
        return order + "label"


@workflow(examples=[("o-1",)])
def wf(order: str, basket: Basket) -> str:
    """Do it."""
    from texts import greeting

    packer = Packer(LIMITS["small"])
    names = [described(part) for part in order.split()]
    total = discount.of(money.rates.vat(basket.total()), exchange(1))
    local_step(greeting(order))
    keep(order)
    bound = partial(pay, order)
    handler = HANDLERS["express"]
    return bound(handler(order), packer.boxes(total), names)
''',
    "money/__init__.py": "from . import rates\n",
    "money/discount.py": "from .rates import PERCENT as P\n\n\ndef of(a, b):\n    return a * (100 - P) // 100 + b\n",
    "money/rates.py": "PERCENT = 5\n\n\ndef vat(n):\n    return n * 119 // 100\n\n\ndef exchange(n):\n    return n\n\n\ndef unused():\n    return 1\n",
    "money/basket.py": "class Basket:\n    def total(self):\n        return 3\n",
    "steps.py": 'from holdfast import step, transaction\n\n\n@step(retries=2)\ndef pay(order, *rest):\n    return charge(order)\n\n\ndef charge(order):\n    return order\n\n\n@transaction\ndef remember(tx, order):\n    tx.execute("insert")\n',
    "texts.py": 'def greeting(name):\n    return "hello " + name\n',
}

REACHED = {
    "a called helper": ("app.py", "if not short else order", "if not short else order.upper()"),
    "a default of a helper": ("app.py", "short: bool = False", "short: bool = True"),
    "the decorator of a helper": ("app.py", "return function(*args)", "return function(*args) or None"),
    "a constant": ("app.py", 'LIMITS = {"small": 10}', 'LIMITS = {"small": 11}'),
    "what fills a constant": ("app.py", 'LIMITS["large"] = 100', 'LIMITS["large"] = 101'),
    "a registered handler": ("app.py", 'order + "-express"', 'order + "-fast"'),
    "a method": ("app.py", "// self.size", "// (self.size or 1)"),
    "a base's method": ("app.py", "n * self.factor", "n * self.factor + 1"),
    "a base's attribute": ("app.py", "factor = 2", "factor = 3"),
    "an imported name's constant": ("money/rates.py", "PERCENT = 5", "PERCENT = 6"),
    "a relative import's function": ("money/discount.py", "(100 - P)", "(99 - P)"),
    "a submodule's function": ("money/rates.py", "n * 119", "n * 107"),
    "a star import's function": ("money/rates.py", "return n\n", "return n + 1\n"),
    "a local import's function": ("texts.py", "hello", "hi"),
    "a method of an annotated class": ("money/basket.py", "return 3", "return 4"),
    "the workflow's own annotation": ("app.py", "def wf(order: str,", "def wf(order: bytes,"),
    "the workflow's result": ("app.py", "basket: Basket) -> str", "basket: Basket) -> bytes"),
    "which step is called": ("app.py", "    local_step(greeting(order))\n", "    pay(greeting(order))\n"),
    "the name of a step": ("app.py", "@step\ndef local_step", '@step(name="other")\ndef local_step'),
    "a step that becomes a transaction": ("steps.py", "@step(retries=2)", "@transaction"),
    "a step that is one no more": ("steps.py", "@step(retries=2)\n", ""),
}

UNREACHED = {
    "a step's body": ("app.py", 'return order + "!"', 'return order + "?"'),
    "a step's helper": ("steps.py", "def charge(order):\n    return order", "def charge(order):\n    return order * 2"),
    "a transaction's body": ("steps.py", '"insert"', '"update"'),
    "a step method's body": ("app.py", 'order + "label"', 'order + "sticker"'),
    "a step's options": ("steps.py", "@step(retries=2)", "@step(retries=9, timeout=3)"),
    "examples": ("app.py", 'examples=[("o-1",)]', 'examples=[("o-2",), ("o-3",)]'),
    "a docstring": ("app.py", '"""Describe an order."""', '"""Say what an order is."""'),
    "a class's docstring": ("app.py", '    """Packs."""\n', ""),
    "a module's docstring": ("app.py", '"""An app."""', '"""The app."""'),
    "an annotation of a helper": ("app.py", "def described(order: str,", 'def described(order: "str | None",'),
    "an unused function": ("app.py", "return UNRELATED", "return UNRELATED + 1"),
    "an unused function's name": ("money/rates.py", "def unused", "def forgotten"),
    "an unused constant": ("app.py", "UNRELATED = 5", "UNRELATED = 6"),
    "an unused import": ("app.py", "import time as clock\n", "import time as clock\nimport json\n"),
    "a comment": ("money/rates.py", "PERCENT = 5", "PERCENT = 5  # of the price\n\n\n\n"),
}


def changed(name: str, old: str, new: str) -> dict[str, str]:
    assert SHOP[name].count(old) >= 1, old
    return {**SHOP, name: SHOP[name].replace(old, new, 1)}


@pytest.mark.parametrize("what", REACHED)
def test_what_a_workflow_reaches_counts(what: str, fingerprint: Fingerprinted) -> None:
    assert fingerprint(changed(*REACHED[what])).digest != fingerprint(SHOP).digest


@pytest.mark.parametrize("what", UNREACHED)
def test_what_it_does_not_reach_and_what_says_nothing_do_not_count(what: str, fingerprint: Fingerprinted) -> None:
    assert fingerprint(changed(*UNREACHED[what])) == fingerprint(SHOP)


UNCOUNTED = {"unrelated", "unused", "charge", "pay", "remember", "local_step", "label"}
"""The steps, what only they reach, and what nothing reaches."""


def test_each_function_counts_exactly_if_the_workflow_reaches_it(fingerprint: Fingerprinted) -> None:
    before = fingerprint(SHOP).digest
    seen = set()
    for name, text in SHOP.items():
        for found in re.finditer(r"^( *)def (\w+)\(.*\n", text, re.MULTILINE):
            mutated = f"{text[: found.end()]}{found[1]}    mutated = 1\n{text[found.end() :]}"
            reached = fingerprint({**SHOP, name: mutated}).digest != before
            assert reached is (found[2] not in UNCOUNTED), (name, found[2])
            seen.add(found[2])
    assert seen > UNCOUNTED


@pytest.mark.parametrize("length", [60, 200])
def test_formatting_does_not_count(length: int, fingerprint: Fingerprinted) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", str(length), "-"]
    formatted = {
        name: subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
        for name, text in SHOP.items()
    }
    assert formatted != SHOP
    assert fingerprint(formatted) == fingerprint(SHOP)


def test_comments_and_blank_lines_do_not_count(fingerprint: Fingerprinted) -> None:
    spaced = {
        name: re.sub(r"^(?=( *)(def|return|class|@|[A-Z_]+ =))", r"\n\1# said here\n", text, flags=re.MULTILINE)
        for name, text in SHOP.items()
    }
    assert fingerprint(
        {name: text.replace('\n\n"""An app', '\n"""An app') for name, text in spaced.items()}
    ) == fingerprint(SHOP)


def test_moving_a_helper_to_another_module_does_not_count(fingerprint: Fingerprinted) -> None:
    before = {
        "app.py": "from holdfast import workflow\nfrom texts import greeting\n\n\n@workflow\ndef wf():\n    return greeting()\n",
        "texts.py": "def greeting():\n    return 1\n",
    }
    after = {"app.py": before["app.py"].replace("texts", "words"), "words.py": before["texts.py"]}
    assert fingerprint(before).digest == fingerprint(after).digest


def test_moving_a_step_counts_since_its_recorded_name_changes(fingerprint: Fingerprinted) -> None:
    before = {
        "app.py": "from holdfast import workflow\nfrom steps import pay\n\n\n@workflow\ndef wf():\n    return pay()\n",
        "steps.py": "from holdfast import step\n\n\n@step\ndef pay():\n    return 1\n",
    }
    after = {"app.py": before["app.py"].replace("steps", "works"), "works.py": before["steps.py"]}
    assert fingerprint(before).digest != fingerprint(after).digest


METHODS = """
from holdfast import step, workflow


class Base:
    def shared(self):
        return 1

    def overridden(self):
        return 2


class Shop(Base):
    rate = 3

    def overridden(self):
        return 4 + super().overridden()

    def other(self):
        return 5

    def __init__(self):
        self.made = 6

    @classmethod
    def named(cls):
        return cls.rate

    @workflow
    def wf(self, n):
        return self.shared() + self.overridden() + self.named() + self.made

    @workflow
    def whole(self, n):
        return use(self)


def use(shop):
    return 7
"""


@pytest.mark.parametrize("digit", "1234567")
def test_a_method_reaches_what_it_asks_of_its_object(digit: str, fingerprint: Fingerprinted) -> None:
    after = re.sub(rf"\b{digit}\b", "9", METHODS)
    assert after != METHODS
    before, now = (fingerprint({"app.py": text}, "app.py:Shop.wf").digest for text in (METHODS, after))
    assert (before != now) is (digit in "12346")
    before, now = (fingerprint({"app.py": text}, "app.py:Shop.whole").digest for text in (METHODS, after))
    assert before != now


NESTED = """
from holdfast import step, workflow

OUTER = 1


def make(size):
    offset = 2

    def helper(n):
        return n + offset

    @step
    def inner_step(n):
        return 3

    @workflow
    def wf(n):
        @step
        def innermost(m):
            return 4

        def plain(m):
            return 5 + m

        return plain(helper(inner_step(n))) + innermost(OUTER) + size

    return wf
"""


@pytest.mark.parametrize("digit", "12345")
def test_a_workflow_inside_a_function_sees_its_scopes(digit: str, fingerprint: Fingerprinted) -> None:
    after = re.sub(rf"\b{digit}\b", "9", NESTED)
    unit = "app.py:make.<locals>.wf"
    before, now = (fingerprint({"app.py": text}, unit).digest for text in (NESTED, after))
    assert (before != now) is (digit in "125")


def of(body: str) -> dict[str, str]:
    return {"app.py": textwrap.dedent(body)}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("from random import choice as pick", "from secrets import choice as pick", False),
        ("from random import choice as pick", "import random\npick = random.choice", False),
        ("def pick(n): return n", "pick = lambda n: n", False),
        ("def pick(n): return 'a' 'b'", 'def pick(n):\n    "doc"\n    return "ab"', True),
        ("def pick(n): return 0x10", "def pick(n): return 16", True),
        ("def pick(n): return n", "def pick(n):\n    pass\n    ...\n    return (n)", True),
        ("def pick(n): del n, n", "def pick(n): del (n, n)", True),
        ("def pick(n): return f'{n}' 'x'", "def pick(n): return f'{n}x'", True),
        ("def pick(n):\n    m: int = n\n    return m", "def pick(n):\n    m = n\n    return m", True),
        ("class pick:\n    n: int", "class pick:\n    n: 'int'", True),
        ("class pick:\n    n: int", "class pick:\n    n: str", False),
        ("pick = step(lambda n: 1)", "pick = step(lambda n: 2)", True),
        ("def body(n): return 1\npick = step(body)", "def body(n): return 2\npick = step(body)", True),
        ("def twice(f): return step(f)\n@twice\ndef pick(n): return 1", "def twice(f): return step(f)\n@twice\ndef pick(n): return 2", True),
        ("def twice(f): return f\n@twice\ndef pick(n): return 1", "def twice(f): return f\n@twice\ndef pick(n): return 2", False),
        ("pick = (1 if A else 2) if (A := 1) else 3", "pick = (1 if A else 2) if (A := 2) else 3", False),
        ("if 1:\n    def pick(n): return 1\nelse:\n    def pick(n): return 2", "if 1:\n    def pick(n): return 1\nelse:\n    def pick(n): return 3", False),
        ("try:\n    from a import pick\nexcept ImportError:\n    from b import pick", "try:\n    from a import pick\nexcept ImportError:\n    from c import pick", False),
    ],
)  # fmt: skip
def test_small_differences(one: str, other: str, same: bool, fingerprint: Fingerprinted) -> None:
    rest = "\nfrom holdfast import step, workflow\n\n\n@workflow\ndef wf(n):\n    return pick(n)\n"
    assert (fingerprint(of(one + rest)).digest == fingerprint(of(other + rest)).digest) is same


def test_imports_in_a_circle_come_to_an_end(fingerprint: Fingerprinted) -> None:
    files = {
        "app.py": "from holdfast import workflow\nfrom one import thing, loop\n\n\n@workflow\ndef wf():\n    return thing, loop()\n",
        "one.py": "from two import *\nfrom two import thing\n\n\ndef loop():\n    from two import back\n    return back()\n",
        "two.py": "from one import *\nfrom one import thing, loop\n\n\ndef back():\n    return loop()\n",
    }
    assert set(fingerprint(files).parts) == {"app:wf", "one:loop", "two:back"}


def test_code_that_nests_deeper_than_python_calls(fingerprint: Fingerprinted) -> None:
    sums = " + ".join(["n"] * 2_000)
    text = f"from holdfast import workflow\n\n\n@workflow\ndef wf(n):\n    return {sums}\n"
    assert fingerprint(of(text)).digest != fingerprint(of(text.replace("n + n", "n - n", 1))).digest


INSTALLED = {
    "app.py": "from holdfast import workflow\nfrom kit import tool\n\n\n@workflow\ndef wf():\n    return tool()\n",
    "site-packages/kit/__init__.py": "from kit.inner import tool\n",
    "site-packages/kit/inner.py": "def tool():\n    return 1\n",
    "site-packages/kit/flows.py": "from holdfast import workflow\nfrom kit import tool\n\n\n@workflow\ndef wf():\n    return tool()\n",
}


@pytest.mark.parametrize(
    ("unit", "packages", "counts"),
    [
        ("app.py:wf", (), False),
        ("app.py:wf", ("kit",), True),
        ("site-packages/kit/flows.py:wf", (), True),
    ],
)
def test_installed_code_counts_for_its_own_workflows_and_where_it_is_named(
    unit: str, packages: tuple[str, ...], counts: bool, fingerprint: Fingerprinted
) -> None:
    after = {**INSTALLED, "site-packages/kit/inner.py": "def tool():\n    return 2\n"}
    before, now = (fingerprint(files, unit, packages=packages).digest for files in (INSTALLED, after))
    assert (before != now) is counts


def test_a_package_is_the_same_installed_and_in_a_checkout(fingerprint: Fingerprinted) -> None:
    checkout = {name.removeprefix("site-packages/"): text for name, text in INSTALLED.items()}
    assert fingerprint(checkout, "kit/flows.py:wf") == fingerprint(INSTALLED, "site-packages/kit/flows.py:wf")


ENGINES = {
    "dbos": """
from dbos import DBOS

@DBOS.step()
def charge(n):
    return 1

def helper(n):
    return 2

@DBOS.workflow()
def wf(n):
    return charge(helper(n))
""",
    "temporal": """
from temporalio import activity, workflow

@activity.defn
async def charge(n):
    return 1

def helper(n):
    return 2

@workflow.defn
class wf:
    @workflow.run
    async def run(self, n):
        return await workflow.execute_activity(charge, helper(n))

    @workflow.query
    def state(self):
        return 3
""",
    "restate": """
import restate
from restate import WorkflowContext

flow = restate.Workflow("flow")

def charge(n):
    return 1

def helper(n):
    return 2

@flow.main()
async def wf(ctx: WorkflowContext, n: int) -> int:
    return await ctx.run_typed("charge", charge, n=helper(n))
""",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("digit", "123")
def test_steps_of_other_engines_are_boundaries(engine: str, digit: str, fingerprint: Fingerprinted) -> None:
    text = ENGINES[engine]
    boundaries = Boundaries.of(profile_named(engine))
    before, now = (
        fingerprint({"app.py": source}, boundaries=boundaries).digest
        for source in (text, re.sub(rf"return {digit}\b", "return 9", text))
    )
    assert (before != now) is (digit == "2")
