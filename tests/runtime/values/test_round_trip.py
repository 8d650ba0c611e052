"""Whatever is stored comes back equal, type by type; whatever would not is refused."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import math
import subprocess
import sys
import typing
import uuid
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict

import msgspec
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.values import UndecodableValue, UnstorableValue, ValueTooLarge, decode, digest, encode


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Point(NamedTuple):
    x: int
    y: float


class Address(TypedDict):
    street: str
    number: typing.NotRequired[int]


@dataclasses.dataclass
class Line:
    sku: str
    count: int
    price: decimal.Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    id: uuid.UUID
    at: datetime.datetime
    lines: list[Line]
    tags: frozenset[str] = frozenset()
    colour: Colour = Colour.RED
    note: bytes | None = None


class Wire(msgspec.Struct, rename="camel", tag=True):
    line_count: int
    labels: set[str] = set()


class Model(pydantic.BaseModel):
    name: str
    amounts: list[decimal.Decimal] = []
    inner: Model | None = None


@dataclasses.dataclass
class Receipt:
    id: str


@dataclasses.dataclass
class Refusal:
    id: str
    why: str


def same(left: object, right: object) -> bool:
    """Equality that also compares types all the way down, written apart from the code under test."""
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return [*map(repr, left)] == [*map(repr, right)] and all(
            same(left[k], v) for k, v in zip(left, right.values(), strict=True)
        )
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["$any", "$is", "$tuple", "\0"]), inner, max_size=4)
        | st.tuples(inner, inner)
    ),
    max_leaves=20,
)
scalars = (
    st.datetimes(timezones=st.none() | st.just(datetime.UTC))
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.uuids()
    | st.fractions()
    | st.complex_numbers(allow_nan=False)
    | st.frozensets(st.integers() | st.text())
    | st.sets(st.binary(max_size=3))
    | st.dictionaries(st.integers() | st.tuples(st.booleans(), st.dates()), st.text(), max_size=3)
)
lines = st.builds(Line, price=st.decimals(allow_nan=False))
orders = st.builds(
    Order, lines=st.lists(lines, max_size=3), at=st.datetimes(timezones=st.none() | st.just(datetime.UTC))
)


@given(plain | scalars | st.lists(scalars, max_size=3))
def test_undeclared_values_come_back(value: object) -> None:
    data = encode(value, Any, where="it")
    data.decode("utf-8")
    assert b"\0" not in data
    assert same(decode(data, Any, where="it"), value)


DECLARED: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (int, st.integers()),
    (float, st.floats()),
    (str, st.text(st.characters())),
    (bytes, st.binary()),
    (bool, st.booleans()),
    (None, st.none()),
    (list[float], st.lists(st.floats() | st.integers())),
    (dict[str, Any], st.dictionaries(st.text(), plain)),
    (dict[int, datetime.date], st.dictionaries(st.integers(-(2**60), 2**60), st.dates())),
    (tuple[int, str], st.tuples(st.integers(), st.text())),
    (set[str], st.sets(st.text())),
    (datetime.datetime, st.datetimes()),
    (datetime.timedelta, st.timedeltas()),
    (decimal.Decimal, st.decimals(allow_nan=False)),
    (str | datetime.datetime | bytes, st.text() | st.datetimes() | st.binary()),
    (Path, st.just(Path("/a/b"))),
    (Fraction, st.fractions()),
    (Colour, st.sampled_from(Colour)),
    (Level, st.sampled_from(Level)),
    (Literal["a", 1], st.sampled_from(["a", 1])),
    (Point, st.builds(Point, st.integers(), st.floats(allow_nan=False, allow_infinity=False))),
    (Address, st.just({"street": "s"}) | st.just({"number": 3, "street": "s"})),
    (Line, lines),
    (Order, orders),
    (list[Order | None], st.lists(st.none() | orders, max_size=2)),
    (Wire, st.builds(Wire, st.integers(), st.sets(st.text()))),
    (Model, st.builds(Model, name=st.text(), amounts=st.lists(st.decimals(-(10**9), 10**9)), inner=st.none())),
    (Receipt | Refusal | None, st.builds(Receipt) | st.builds(Refusal) | st.none()),
]


@settings(max_examples=40)
@given(st.data())
@pytest.mark.parametrize(("annotation", "values"), DECLARED, ids=[str(a) for a, _ in DECLARED])
def test_declared_values_come_back(annotation: Any, values: st.SearchStrategy[Any], data: st.DataObject) -> None:
    value = data.draw(values)
    assert same(decode(encode(value, annotation, where="it"), annotation, where="it"), value)


@given(plain, st.sampled_from([int, str, list[int], dict[str, str], tuple[int, ...], Point, Order, Receipt | Refusal]))
def test_a_wrong_annotation_loses_nothing(value: object, annotation: Any) -> None:
    assert same(decode(encode(value, annotation, where="it"), annotation, where="it"), value)


@dataclasses.dataclass
class Bigger(Receipt):
    more: int = 0


class Plain:
    pass


@pytest.mark.parametrize(
    ("value", "annotation", "said"),
    [
        (Plain(), Any, "Plain"),
        ({"a": [1, {"b": Plain()}]}, Any, r"`value\['a'\]\[1\]\['b'\]` is a .*Plain"),
        ([(1, {2: object()})], list[Any], r"`value\[0\]\[1\]\[2\]` is a `object`"),
        (Receipt("r"), Any, "-> Receipt"),
        (Bigger("r", 3), Receipt, "-> Bigger"),
        (Colour.RED, Any, "-> Colour"),
        (Level.LOW, int, "-> Level"),
        (collections.OrderedDict(a=1), dict[str, int], "OrderedDict"),
        (collections.Counter("aab"), Any, "Counter"),
        (
            Order(uuid.UUID(int=1), datetime.datetime(2020, 1, 1), [Line("s", Level.LOW, decimal.Decimal(1))]),
            Order,
            r"value\.lines\[0\]\.count",
        ),
        ((n for n in [1]), Any, "return the data that the `generator` gives"),
        (memoryview(b"ab"), Any, "memoryview"),
        (print, Any, "builtin_function_or_method"),
        (Plain, type, "type"),
    ],
)
def test_what_would_not_come_back_is_refused(value: object, annotation: Any, said: str) -> None:
    with pytest.raises(UnstorableValue, match=said) as caught:
        encode(value, annotation, where="the result of step `charge`")
    assert str(caught.value).startswith("the result of step `charge` cannot be stored: ")


def test_a_value_that_holds_itself_is_refused() -> None:
    knot: list[object] = []
    knot.append(knot)
    for annotation in (Any, list[Any], list):
        with pytest.raises(UnstorableValue, match="holds itself"):
            encode(knot, annotation, where="it")


def test_the_limit_counts_stored_bytes() -> None:
    assert encode("x" * 8, str, where="it", limit=10) == b'"xxxxxxxx"'
    with pytest.raises(ValueTooLarge, match="it takes 11 bytes, the limit is 10; "):
        encode("x" * 9, str, where="it", limit=10)
    with pytest.raises(ValueTooLarge, match="4,194,304"):
        encode(["x" * 5_000_000], list[str], where="it")


@pytest.mark.parametrize(
    ("data", "annotation"),
    [
        (b"5", str),
        (b'{"sku":"a"}', Line),
        (b'"green"', Colour),
        (b"", Any),
        (b"\xff\x00", int),
        (b'{"$any":{"$teapot":1}}', Any),
        (b'{"$any":{"$date":"yesterday"}}', Any),
        (b'{"$any":{"$decimal":"x"}}', Any),
        (b'{"$any":{"$map":3}}', Any),
        (b'{"$any":{"$complex":"x"}}', Any),
        (b'{"$any"', Any),
        (b'{"$is":"gone.Type","value":1}', Receipt | Refusal),
        (b'{"name":3}', Model),
        (b"3", Path),
        (b"[" * 100_000, Any),
    ],
)
def test_what_no_longer_decodes_says_so(data: bytes, annotation: Any) -> None:
    with pytest.raises(UndecodableValue, match="the result of step `charge` was stored as `"):
        decode(data, annotation, where="the result of step `charge`")


@given(st.binary(max_size=60) | st.from_regex(r'\{"\$any":.{0,40}', fullmatch=True).map(str.encode))
def test_foreign_bytes_never_raise_anything_else(data: bytes) -> None:
    for annotation in (Any, Order, Receipt | Refusal):
        try:
            decode(data, annotation, where="it")
        except UndecodableValue:
            pass


_HASH_SEED_PROGRAM = """
from typing import Any
from holdfast.values import digest, encode
words = {"alpha", "beta", "gamma", "delta", "epsilon"}
for value, kind in ((words, set[str]), (words, Any), ({"a": [frozenset(words)]}, dict[str, list[frozenset[str]]])):
    print(digest(encode(value, kind, where="it")).hex())
"""


def test_equal_sets_have_one_digest_in_every_process() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _HASH_SEED_PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3] / "runtime")},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def test_the_digest_tells_payloads_apart() -> None:
    assert digest(b"1") != digest(b"2")
    assert len(digest(b"")) == 16


def test_a_float_declared_integer_keeps_its_type() -> None:
    assert repr(decode(encode(3, float, where="it"), float, where="it")) == "3"
    assert repr(decode(encode(3.0, float, where="it"), float, where="it")) == "3.0"
