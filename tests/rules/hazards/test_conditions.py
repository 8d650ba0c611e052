"""What the seed's notes say in words stands in the entries as data."""

import pytest

from holdfast_rules.effect import Effect
from holdfast_rules.hazards import Catalogue
from holdfast_rules.hazards.hazard import (
    KEYWORD_ONLY,
    Always,
    Condition,
    NaiveReceiver,
    NonConstant,
    OnlyConstant,
    UnlessConstant,
    UnlessType,
    Unseeded,
    Use,
    WithArgument,
    WithoutArgument,
)


def conditions(name: str, effect: Effect) -> list[Condition]:
    return [hazard.when for hazard in Catalogue.default().lookup(name) if hazard.effect is effect]


@pytest.mark.parametrize(
    ("name", "effect", "when"),
    [
        ("datetime.datetime.now", Effect.CLOCK, Always()),
        ("time.gmtime", Effect.CLOCK, WithoutArgument(0)),
        ("time.strftime", Effect.CLOCK, WithoutArgument(1)),
        ("time.localtime", Effect.TIMEZONE, WithArgument(0)),
        ("datetime.datetime.fromtimestamp", Effect.TIMEZONE, WithoutArgument(1, "tz")),
        ("datetime.datetime.timestamp", Effect.TIMEZONE, NaiveReceiver()),
        ("random.Random", Effect.RANDOMNESS, Unseeded(0, "x")),
        ("random.seed", Effect.RANDOMNESS, Unseeded(0, "a")),
        ("random.seed", Effect.STATE, Always()),
        ("statistics.NormalDist.samples", Effect.RANDOMNESS, Unseeded(KEYWORD_ONLY, "seed")),
        ("numpy.random.default_rng", Effect.RANDOMNESS, Unseeded(0, "seed")),
        ("asyncio.sleep", Effect.SLEEP, UnlessConstant(0, (0, 0.0), "delay")),
        ("asyncio.wait_for", Effect.SLEEP, UnlessConstant(1, (None,), "timeout")),
        ("builtins.getattr", Effect.DYNAMIC, NonConstant(1)),
        ("importlib.import_module", Effect.DYNAMIC, NonConstant(0, "name")),
        ("builtins.print", Effect.OUTPUT, WithoutArgument(KEYWORD_ONLY, "file")),
        ("argparse.ArgumentParser.parse_args", Effect.INTERPRETER, WithoutArgument(0, "args")),
        ("pandas.DataFrame.to_csv", Effect.FILE_WRITE, WithArgument(0, "path_or_buf")),
    ],
)
def test_condition(name: str, effect: Effect, when: Condition) -> None:
    assert conditions(name, effect) == [when]


def test_astimezone_reads_the_host_zone_without_a_zone_or_from_a_naive_value() -> None:
    assert conditions("datetime.datetime.astimezone", Effect.TIMEZONE) == [WithoutArgument(0, "tz"), NaiveReceiver()]


def test_hash_of_numbers_is_stable() -> None:
    [when] = conditions("builtins.hash", Effect.OBJECT_IDENTITY)
    assert isinstance(when, UnlessType)
    assert {"builtins.int", "builtins.float"} <= set(when.types)
    assert not {"builtins.str", "builtins.bytes", "datetime.datetime"} & set(when.types)


def holds_for(when: Condition, text: str | None) -> bool:
    """What an `OnlyConstant` says of a literal argument, or of none."""
    assert isinstance(when, OnlyConstant)
    return when.default if text is None else any(part in text for part in when.contains)


@pytest.mark.parametrize(
    ("name", "mode", "reads", "writes"),
    [
        ("builtins.open", None, True, False),
        ("builtins.open", "rb", True, False),
        ("builtins.open", "w", False, True),
        ("builtins.open", "ab", False, True),
        ("builtins.open", "xt", False, True),
        ("builtins.open", "r+", True, True),
        ("builtins.open", "w+", True, True),
        ("pathlib.Path.open", "w", False, True),
        ("tarfile.open", "r:xz", True, False),
        ("tarfile.open", "w:gz", False, True),
        ("zipfile.ZipFile", "a", False, True),
        ("aiofiles.open", "w", False, True),
    ],
)
def test_openers_read_or_write_by_their_mode(name: str, mode: str | None, reads: bool, writes: bool) -> None:
    assert [holds_for(when, mode) for when in conditions(name, Effect.FILE_READ)] == [reads]
    assert [holds_for(when, mode) for when in conditions(name, Effect.FILE_WRITE)] == [writes]


@pytest.mark.parametrize(("text", "depends"), [("%Y-%m-%d", False), ("%A", True), ("%H:%M %p", True), ("%d %B", True)])
@pytest.mark.parametrize("name", ["time.strftime", "datetime.datetime.strftime", "datetime.datetime.strptime"])
def test_formats_depend_on_the_locale_by_their_directives(name: str, text: str, depends: bool) -> None:
    assert [holds_for(when, text) for when in conditions(name, Effect.NUMERIC_DRIFT)] == [depends]


@pytest.mark.parametrize("name", ["os.listdir", "glob.glob", "pathlib.Path.iterdir", "os.scandir", "os.walk"])
def test_listings_are_read_and_come_in_no_order(name: str) -> None:
    found = {hazard.effect: hazard.order_only for hazard in Catalogue.default().lookup(name)}
    assert found == {Effect.DIRECTORY_ORDER: True, Effect.FILE_READ: False}


@pytest.mark.parametrize(
    "name", ["asyncio.create_task", "asyncio.get_running_loop", "zoneinfo.ZoneInfo", "itertools.count"]
)
def test_what_users_would_call_false_is_advisory_and_says_why(name: str) -> None:
    [hazard] = Catalogue.default().lookup(name)
    assert hazard.effect is Effect.NUMERIC_DRIFT
    assert hazard.note


@pytest.mark.parametrize("name", ["os.environ", "sys.argv", "time.tzname", "sys.stdout"])
def test_some_names_count_when_read(name: str) -> None:
    assert {hazard.use for hazard in Catalogue.default().lookup(name)} == {Use.READ}
