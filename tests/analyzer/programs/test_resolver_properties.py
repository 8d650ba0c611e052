"""However a hazard is wrapped, it is found; and however a pure function is wrapped, the workflow is proved.

A chain of indirections is drawn at random: each link is a module that makes a callable `call` of the one before. The
innermost calls `time.time()` or is pure.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast_analyzer import check_paths
from holdfast_analyzer.report import Report
from holdfast_rules.facts import Verdict

FLOW = """\
from holdfast import workflow

{bring}


@workflow
def checkout(order: str) -> str:
    return f"{{order}} {{{name}()}}"
"""
HAZARD = """\
import time


def call():
    return time.time()
"""
PURE = """\
def call():
    return 1.0
"""
HAZARD_LINE = 5
WORKFLOW_LINE = 7

# How a link gets hold of the one before: the statement, and the expression that is the callable then.
IMPORTS = {
    "from": ("from {module} import {name}", "{name}"),
    "from as": ("from {module} import {name} as before", "before"),
    "module": ("import {module}", "{module}.{name}"),
    "module as": ("import {module} as previous", "previous.{name}"),
    "star": ("from {module} import *", "{name}"),
    "module, then a name": ("import {module}\n\nbefore = {module}.{name}", "before"),
    "from, then a name": ("from {module} import {name}\n\nbefore = {name}", "before"),
}

# What a link is: the body of a module in which BEFORE stands for the callable before; it binds `here`.
LINKS = {
    "alias": "here = BEFORE",
    "function": "def here():\n    return BEFORE()",
    "two functions": "def inner():\n    return BEFORE()\n\n\ndef here():\n    return inner()",
    "lambda": "here = lambda: BEFORE()",
    "local alias": "def here():\n    other = BEFORE\n    return other()",
    "conditional": "def here(quick=False):\n    return 0 if quick else BEFORE()",
    "branch": "def here(quick=0):\n    if quick:\n        result = 0\n    else:\n        result = BEFORE()\n    return result",
    "loop": "def here():\n    result = 0\n    for _ in range(2):\n        result = BEFORE()\n    return result",
    "comprehension": "def here():\n    return [BEFORE() for _ in range(2)][0]",
    "walrus": "def here():\n    if (result := BEFORE()) is None:\n        return 0\n    return result",
    "try": "def here():\n    try:\n        return BEFORE()\n    except ValueError:\n        return 0",
    "handler": "def here():\n    try:\n        raise ValueError\n    except ValueError:\n        return BEFORE()",
    "finally": "def here():\n    try:\n        result = 0\n    finally:\n        result = BEFORE()\n    return result",
    "match": "def here(kind='a'):\n    match kind:\n        case 'b':\n            return 0\n        case _:\n            return BEFORE()",
    "recursion": "def here(n=2):\n    return BEFORE() if n == 0 else here(n - 1)",
    "mutual recursion": "def here(n=2):\n    return there(n)\n\n\ndef there(n):\n    return here(n - 1) if n else BEFORE()",
    "default argument": "def here(function=BEFORE):\n    return function()",
    "keyword": "def apply(*, function):\n    return function()\n\n\ndef here():\n    return apply(function=BEFORE)",
    "spread": "def apply(*args, **kwargs):\n    return args[0](**kwargs)\n\n\ndef here():\n    return apply(*[BEFORE])",
    "higher order": "def apply(function):\n    return function()\n\n\ndef here():\n    return apply(BEFORE)",
    "callback handed on": (
        "def apply(function):\n    return again(function)\n\n\ndef again(function):\n    return function()\n\n\n"
        "def here():\n    return apply(BEFORE)"
    ),
    "closure": "def make():\n    def inner():\n        return BEFORE()\n\n    return inner\n\n\nhere = make()",
    "closure over a parameter": "def make(function):\n    def inner():\n        return function()\n\n    return inner\n\n\nhere = make(BEFORE)",
    "nonlocal": "def here():\n    result = 0\n\n    def inner():\n        nonlocal result\n        result = BEFORE()\n\n    inner()\n    return result",
    "partial": "from functools import partial\n\n\ndef apply(function):\n    return function()\n\n\nhere = partial(apply, BEFORE)",
    "partial by keyword": "from functools import partial\n\n\ndef apply(function):\n    return function()\n\n\nhere = partial(apply, function=BEFORE)",
    "map": "def here():\n    return list(map(lambda _: BEFORE(), [1]))[0]",
    "sort key": "def here():\n    return str(sorted([1, 2], key=lambda _: BEFORE()))",
    "reduce": "from functools import reduce\n\n\ndef here():\n    return reduce(lambda a, b: BEFORE(), [1, 2])",
    "dict": "TABLE = {'a': BEFORE, 'b': len}\n\n\ndef here():\n    return TABLE['a']()",
    "dict get": "def here():\n    return {'a': BEFORE}.get('a')()",
    "dict of unknown key": "TABLE = {'a': BEFORE}\n\n\ndef here(key='a'):\n    return TABLE[str(key)]()",
    "list": "FUNCTIONS = [BEFORE]\n\n\ndef here():\n    return FUNCTIONS[0]()",
    "unpacking": "def here():\n    _, function = (len, BEFORE)\n    return function()",
    "method": "class Till:\n    def go(self):\n        return BEFORE()\n\n\ndef here():\n    return Till().go()",
    "bound method": "class Till:\n    def go(self):\n        return BEFORE()\n\n\nhere = Till().go",
    "inherited method": "class Base:\n    def go(self):\n        return BEFORE()\n\n\nclass Till(Base):\n    pass\n\n\ndef here():\n    return Till().go()",
    "super": "class Base:\n    def go(self):\n        return BEFORE()\n\n\nclass Till(Base):\n    def go(self):\n        return super().go()\n\n\ndef here():\n    return Till().go()",
    "template method": "class Base:\n    def go(self):\n        return self.hook()\n\n\nclass Till(Base):\n    def hook(self):\n        return BEFORE()\n\n\ndef here():\n    return Till().go()",
    "static method": "class Till:\n    @staticmethod\n    def go():\n        return BEFORE()\n\n\nhere = Till.go",
    "static attribute": "class Till:\n    go = staticmethod(BEFORE)\n\n\ndef here():\n    return Till().go()",
    "class method": "class Till:\n    @classmethod\n    def go(cls):\n        return BEFORE()\n\n\nhere = Till.go",
    "instance attribute": "class Till:\n    def __init__(self, function):\n        self.function = function\n\n    def go(self):\n        return self.function()\n\n\ntill = Till(BEFORE)\n\n\ndef here():\n    return till.go()",
    "attribute set later": "class Till:\n    pass\n\n\ndef here():\n    till = Till()\n    till.function = BEFORE\n    return till.function()",
    "nested class": "class Till:\n    class Line:\n        def go(self):\n            return BEFORE()\n\n\ndef here():\n    return Till.Line().go()",
    "local class": "def here():\n    class Till:\n        def go(self):\n            return BEFORE()\n\n    return Till().go()",
    "typed by annotation": "class Till:\n    def go(self):\n        return BEFORE()\n\n\ndef use(till: 'Till'):\n    return till.go()\n\n\ndef here():\n    return use(Till())",
    "typed by return annotation": "class Till:\n    def go(self):\n        return BEFORE()\n\n\ndef find() -> Till:\n    import json\n\n    return json.loads('1')\n\n\ndef here():\n    return find().go()",
    "property": "class Till:\n    @property\n    def value(self):\n        return BEFORE()\n\n\ndef here():\n    return Till().value",
    "cached property": "from functools import cached_property\n\n\nclass Till:\n    @cached_property\n    def value(self):\n        return BEFORE()\n\n\ndef here():\n    return Till().value",
    "descriptor": "class Value:\n    def __get__(self, owner, kind):\n        return BEFORE()\n\n\nclass Till:\n    value = Value()\n\n\ndef here():\n    return Till().value",
    "constructor": "class Till:\n    def __init__(self):\n        self.value = BEFORE()\n\n\ndef here():\n    return Till().value",
    "default factory": "from dataclasses import dataclass, field\n\n\n@dataclass\nclass Till:\n    value: float = field(default_factory=BEFORE)\n\n\ndef here():\n    return Till().value",
    "post init": "from dataclasses import dataclass\n\n\n@dataclass\nclass Till:\n    value: float = 0\n\n    def __post_init__(self):\n        self.value = BEFORE()\n\n\ndef here():\n    return Till().value",
    "call": "class Till:\n    def __call__(self):\n        return BEFORE()\n\n\nhere = Till()",
    "getattr": "class Till:\n    def go(self):\n        return BEFORE()\n\n\ndef here():\n    return getattr(Till(), 'go')()",
    "dunder getattr": "class Till:\n    def __getattr__(self, name):\n        return BEFORE()\n\n\ndef here():\n    return Till().anything",
    "getitem": "class Till:\n    def __getitem__(self, key):\n        return BEFORE()\n\n\ndef here():\n    return Till()[1]",
    "contains": "class Till:\n    def __contains__(self, key):\n        return BEFORE() == 1\n\n\ndef here():\n    return 1 in Till()",
    "iter": "class Till:\n    def __iter__(self):\n        yield BEFORE()\n\n\ndef here():\n    result = 0\n    for result in Till():\n        pass\n    return result",
    "str": "class Till:\n    def __str__(self):\n        return str(BEFORE())\n\n\ndef here():\n    return f'{Till()}'",
    "add": "class Till:\n    def __add__(self, other):\n        return BEFORE()\n\n\ndef here():\n    return Till() + 1",
    "eq": "class Till:\n    def __eq__(self, other):\n        return BEFORE() == 1\n\n\ndef here():\n    return Till() == 1",
    "bool": "class Till:\n    def __bool__(self):\n        return BEFORE() == 1\n\n\ndef here():\n    return 1 if Till() else 2",
    "len": "class Till:\n    def __len__(self):\n        return int(BEFORE() == 1)\n\n\ndef here():\n    return len(Till())",
    "with": "class Till:\n    def __enter__(self):\n        return BEFORE()\n\n    def __exit__(self, *error):\n        return None\n\n\ndef here():\n    with Till() as value:\n        return value",
    "contextmanager": "from contextlib import contextmanager\n\n\n@contextmanager\ndef opened():\n    yield BEFORE()\n\n\ndef here():\n    with opened() as value:\n        return value",
    "generator": "def numbers():\n    yield BEFORE()\n\n\ndef here():\n    return next(numbers())",
    "yield from": "def inner():\n    yield BEFORE()\n\n\ndef numbers():\n    yield from inner()\n\n\ndef here():\n    return list(numbers())",
    "generator expression": "def here():\n    return max(BEFORE() for _ in [1])",
    "decorator": "import functools\n\n\ndef around(function):\n    @functools.wraps(function)\n    def wrapper(*args, **kwargs):\n        return function(*args, **kwargs)\n\n    return wrapper\n\n\n@around\ndef here():\n    return BEFORE()",
    "decorator with arguments": "def around(name):\n    def decorate(function):\n        def wrapper(*args):\n            return function(*args)\n\n        return wrapper\n\n    return decorate\n\n\n@around('x')\ndef here():\n    return BEFORE()",
    "in a decorator": "def around(function):\n    def wrapper():\n        return BEFORE()\n\n    return wrapper\n\n\n@around\ndef here():\n    return 0",
    "class as a decorator": "class Around:\n    def __init__(self, function):\n        self.function = function\n\n    def __call__(self):\n        return self.function()\n\n\n@Around\ndef here():\n    return BEFORE()",
    "single dispatch": "from functools import singledispatch\n\n\n@singledispatch\ndef shown(value):\n    return 0\n\n\n@shown.register\ndef _(value: int):\n    return BEFORE()\n\n\ndef here():\n    return shown(1)",
    "abstract": "from abc import ABC, abstractmethod\n\n\nclass Base(ABC):\n    @abstractmethod\n    def go(self): ...\n\n\nclass Till(Base):\n    def go(self):\n        return BEFORE()\n\n\ndef use(till: Base):\n    return till.go()\n\n\ndef here():\n    return use(Till())",
    "enum": "import enum\n\n\nclass Way(enum.Enum):\n    CARD = 1\n\n    def go(self):\n        return BEFORE()\n\n\ndef here():\n    return Way.CARD.go()",
    "named tuple": "from typing import NamedTuple\n\n\nclass Line(NamedTuple):\n    name: str\n\n    def go(self):\n        return BEFORE()\n\n\ndef here():\n    return Line('x').go()",
}  # fmt: skip

# A link that needs to know its predecessor's module.
BY_MODULE = {
    "local import": "def here():\n    from {module} import {name}\n\n    return {name}()",
    "local module import": "def here():\n    import {module} as other\n\n    return other.{name}()",
    "import_module": "import importlib\n\n\ndef here():\n    return importlib.import_module('{module}').{name}()",
    "getattr of a module": "import {module}\n\n\ndef here():\n    return getattr({module}, '{name}')()",
    "optional import": "try:\n    from {module} import {name} as here\nexcept ImportError:\n\n    def here():\n        return 0",
    "re-export": "from {module} import {name} as here",
    "star re-export": "from {module} import *\n\nhere = {name}",
}

Link = tuple[str, str, str]
"""Kind, import style and place (`module` or `package`) of a link."""

LINK = st.tuples(
    st.sampled_from([*LINKS, *BY_MODULE]), st.sampled_from(list(IMPORTS)), st.sampled_from(["module", "package"])
)


def module_text(kind: str, style: str, before: tuple[str, str], name: str) -> str:
    """Return the text of a link's module, which binds `name`; `before` is the module and the name of the link before."""
    known = {"module": before[0], "name": before[1]}
    if kind in BY_MODULE:
        return f"{BY_MODULE[kind].format(**known)}\n\n\n{name} = here\n"
    statement, expression = IMPORTS[style]
    body = LINKS[kind].replace("BEFORE", expression.format(**known))
    return f"{statement.format(**known)}\n\n{body}\n\n\n{name} = here\n"


def write_chain(folder: Path, links: list[Link], innermost: str) -> None:
    """Write the modules of a chain, with the workflow in `flow.py`."""
    (folder / "innermost.py").write_text(innermost)
    before = ("innermost", "call")
    for number, (kind, style, place) in enumerate(links):
        module, name = f"link{number}", f"call{number}"
        text = module_text(kind, style, before, name)
        if place == "module":
            (folder / f"{module}.py").write_text(text)
        else:
            (folder / module).mkdir()
            (folder / module / "inside.py").write_text(text)
            (folder / module / "__init__.py").write_text(f"from .inside import {name}\n\n__all__ = ['{name}']\n")
        before = (module, name)
    module, name = before
    (folder / "flow.py").write_text(FLOW.format(bring=f"from {module} import {name}", name=name))


def checked(links: list[Link], innermost: str, monkeypatch: pytest.MonkeyPatch) -> Report:
    with TemporaryDirectory() as name, monkeypatch.context() as patch:
        write_chain(Path(name), links, innermost)
        patch.chdir(name)
        return check_paths(["."], cache_dir=None, jobs=1)


def assert_found(report: Report) -> None:
    assert report.errors == ()
    (unit,) = report.units
    assert unit.verdict is Verdict.VIOLATED
    assert unit.resolved == unit.calls
    clocks = [finding for finding in report.findings if finding.code == "DUR101"]
    assert [(finding.path, finding.line) for finding in clocks] == [("innermost.py", HAZARD_LINE)], report.findings
    chain = clocks[0].chain
    assert (chain[0].path, chain[0].line, chain[0].function) == ("flow.py", WORKFLOW_LINE, "flow:checkout")
    assert (chain[-1].path, chain[-1].line, chain[-1].calls) == ("innermost.py", HAZARD_LINE, "time.time")
    assert {finding.code for finding in report.findings} <= {"DUR101", "DUR502"}


def assert_proved(report: Report) -> None:
    assert report.errors == ()
    assert report.findings == ()
    (unit,) = report.units
    assert unit.verdict is Verdict.PROVED
    assert unit.resolved == unit.calls


def each_link(check: Callable[..., None]) -> Callable[..., None]:
    return pytest.mark.parametrize("kind", [*LINKS, *BY_MODULE])(check)


@each_link
def test_a_hazard_behind_one_link_is_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_found(checked([(kind, "from", "module")], HAZARD, monkeypatch))


@each_link
def test_a_pure_function_behind_one_link_is_proved(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_proved(checked([(kind, "from", "module")], PURE, monkeypatch))


@pytest.mark.parametrize("style", IMPORTS)
@pytest.mark.parametrize("place", ["module", "package"])
def test_a_hazard_behind_an_import_is_found(style: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_found(checked([("function", style, place), ("function", style, place)], HAZARD, monkeypatch))


EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@EXAMPLES
@given(links=st.lists(LINK, min_size=1, max_size=6))
def test_a_hazard_behind_any_chain_is_found(links: list[Link], monkeypatch: pytest.MonkeyPatch) -> None:
    assert_found(checked(links, HAZARD, monkeypatch))


@EXAMPLES
@given(links=st.lists(LINK, min_size=1, max_size=6))
def test_a_pure_function_behind_any_chain_is_proved(links: list[Link], monkeypatch: pytest.MonkeyPatch) -> None:
    assert_proved(checked(links, PURE, monkeypatch))
