"""The same code gives the same report: run after run, whatever the hash seed, the number of jobs or the working directory."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"

STEPS = """\
import random
import time
import holdfast
from .clock import now, later
from .store import Store, REGISTRY


@holdfast.step
def charge(order): return REGISTRY[order]


@holdfast.workflow
def order(items: set[str], kinds: dict, retry=time.time):
    store = Store()
    for item in items:
        charge(item)
    for kind in {"a", "b", "c"} | set(kinds):
        store.put(kind, random.random())
    handlers = {"x": now, "y": later, "z": store.flush}
    for name in kinds:
        handlers[name]()
    if store.ready():
        charge(str(store))
    return [f() for f in (now, later, retry, lambda: random.choice(items))]


@holdfast.workflow
class Shop:
    def __init__(self):
        self.open = {}

    def run(self):
        self.open[now()] = id(self)
        return sorted(self.open, key=lambda key: (random.random(), key))
"""

CLOCK = """\
import time, datetime, os, uuid


def now(): return time.time()


def later(): return (datetime.datetime.now(), uuid.uuid4(), os.environ["HOME"], os.getpid(), now())
"""

STORE = """\
import os, random, sqlite3, threading
from . import clock

REGISTRY = {}
STARTED = clock.now()


class Base:
    connection = sqlite3.connect("x.db")

    def ready(self): return STARTED < clock.now() or bool(REGISTRY)


class Store(Base):
    def put(self, key, value):
        REGISTRY[key] = value
        self.connection.execute(f"insert into x values ({key})")

    def flush(self):
        for name in os.listdir("."):
            threading.Thread(target=self.put, args=(name, 1)).start()
"""


@pytest.fixture
def tree(folder: Path) -> Path:
    """The examples of the project, and a program of several modules with findings of many rules."""
    shutil.copytree(EXAMPLES, folder / "examples", ignore=shutil.ignore_patterns("__pycache__", ".holdfast_cache"))
    package = folder / "shop"
    package.mkdir()
    for name, text in {"__init__": "", "flows": STEPS, "clock": CLOCK, "store": STORE}.items():
        (package / f"{name}.py").write_text(text)
    return folder


@pytest.fixture
def bytes_of(check_apart):
    """Check in a process of its own; return the JSON without its duration, as text."""

    def run(*arguments: str, **options: object) -> str:
        document = json.loads(msgspec.json.encode(check_apart("--isolated", *arguments, **options).document))
        del document["seconds"]
        return json.dumps(document)

    return run


def test_reports_are_equal_byte_for_byte(tree, bytes_of):
    first = bytes_of("--no-cache", PYTHONHASHSEED="0")
    codes = {finding["code"] for finding in json.loads(first)["findings"]}
    assert len(codes) >= 10
    for seed in ("1", "2", "3"):
        assert bytes_of("--no-cache", PYTHONHASHSEED=seed) == first
    assert bytes_of("--no-cache", "--jobs", "1") == first
    assert bytes_of("--no-cache", "--jobs", "2") == first
    assert bytes_of("--cache-dir", "cache") == first
    assert bytes_of("--cache-dir", "cache", PYTHONHASHSEED="4") == first
    assert bytes_of("--no-cache", "shop", "examples") == bytes_of("--no-cache", "examples", "shop")


def test_paths_are_relative_to_the_working_directory(tree, bytes_of):
    above = json.loads(bytes_of("--no-cache", "shop"))
    inside = json.loads(bytes_of("--no-cache", cwd=tree / "shop"))
    beside = json.loads(bytes_of("--no-cache", "../shop", cwd=tree / "examples"))
    assert above["findings"]

    def places(document):
        return [
            (f["code"], Path(f["path"]).name, f["line"], f["column"], f["symbol"], f["units"], len(f["chain"]))
            for f in document["findings"]
        ]

    assert sorted(places(inside)) == sorted(places(above)) == sorted(places(beside))
    assert {f["path"] for f in above["findings"]} == {f"shop/{f['path']}" for f in inside["findings"]}
    assert {f["path"] for f in beside["findings"]} == {str(tree / f["path"]) for f in above["findings"]}
    assert [unit["id"] for unit in inside["units"]] == [unit["id"] for unit in above["units"]]
