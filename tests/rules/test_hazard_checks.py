"""The rules that report the hazard catalogue, over facts made by hand."""

from collections.abc import Callable

import pytest

from holdfast_rules.effect import Effect
from holdfast_rules.facts import HazardUse, Sink, UnitFacts
from holdfast_rules.registry import RULES, rule
from holdfast_rules.rule import Severity, Violation

MakeUnit = Callable[..., UnitFacts]
MakeHazard = Callable[..., HazardUse]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
SILENT = (Effect.NUMERIC_DRIFT,)
VALUES = ["DUR101", "DUR102", "DUR103", "DUR104", "DUR105", "DUR107", "DUR108"]
EFFECTS = [f"DUR30{digit}" for digit in range(1, 10)]


def check(code: str, unit: UnitFacts) -> list[Violation]:
    run = rule(code).check
    assert run is not None
    return list(run(unit))


def effect_of(code: str) -> Effect:
    return Effect(rule(code).name)


@pytest.mark.parametrize(
    ("code", "name", "shown", "reaches", "message"),
    [
        (
            "DUR101",
            "datetime.datetime.now",
            "dt.now()",
            Sink.BRANCH,
            "`dt.now()` reads the wall clock; a replay gets another value, and it decides a branch",
        ),
        (
            "DUR101",
            "time.monotonic_ns",
            "clock()",
            Sink.RESULT,
            (
                "`clock()` (`time.monotonic_ns`) reads a clock of this process; a replay gets another value, "
                "and it is part of the result"
            ),
        ),
        (
            "DUR102",
            "secrets.token_hex",
            "token_hex",
            Sink.STATE,
            "`token_hex` draws from the system's entropy; a replay draws another value, and it is kept in workflow state",
        ),
        (
            "DUR103",
            "uuid.uuid4",
            "uuid.uuid4()",
            Sink.DURABLE_NAME,
            "`uuid.uuid4()` makes a new identifier; a replay makes another one, and it names a durable operation",
        ),
        (
            "DUR104",
            "os.environ",
            'os.environ["A"]',
            Sink.DURABLE_BRANCH,
            (
                '`os.environ["A"]` reads the environment; a replay elsewhere may get another value, '
                "and it decides which durable operations run"
            ),
        ),
        (
            "DUR105",
            "os.getpid",
            "os.getpid()",
            Sink.DURABLE_INPUT,
            (
                "`os.getpid()` depends on the process; a replay elsewhere gets another value, "
                "and it goes into a durable operation"
            ),
        ),
        (
            "DUR108",
            "gc.collect",
            "gc.collect()",
            Sink.LOG,
            "`gc.collect()` depends on what was garbage-collected; a replay in a new process may differ",
        ),
        (
            "DUR301",
            "requests.Session",
            "session.post",
            Sink.BRANCH,
            (
                "`session.post` (`requests.Session`) talks to the network outside a step; every replay sends it again, "
                "and the answer decides a branch"
            ),
        ),
        (
            "DUR309",
            "os._exit",
            "os._exit(1)",
            Sink.LOG,
            "`os._exit(1)` ends the process; a replay ends the next one, too",
        ),
        ("DUR310", "builtins.print", "print", Sink.LOG, "`print` writes output; every replay writes it once more"),
        (
            "DUR203",
            "asyncio.wait",
            "asyncio.wait",
            Sink.RESULT,
            (
                "`asyncio.wait` gives results as they finish; a replay may see another order, "
                "and the order is part of the result"
            ),
        ),
    ],
)
def test_a_message_names_the_construct_and_what_a_replay_does(
    code: str, name: str, shown: str, reaches: Sink, message: str, unit_of: MakeUnit, hazard: MakeHazard
) -> None:
    [violation] = check(code, unit_of(hazard(effect_of(code), name, reaches, shown=shown)))
    assert violation.message == message
    assert violation.symbol == name


def test_a_violation_stands_at_the_hazard_with_its_chain(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    use = hazard(Effect.CLOCK, "time.time")
    [violation] = check("DUR101", unit_of(use))
    assert (violation.at, violation.function, violation.chain) == (use.at, use.function, use.chain)


def test_the_most_harmful_flow_is_named(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    [violation] = check("DUR101", unit_of(hazard(Effect.CLOCK, "time.time", Sink.LOG, Sink.RESULT, Sink.BRANCH)))
    assert violation.message.endswith("and it decides a branch")


@pytest.mark.parametrize("code", [*VALUES, "DUR201", "DUR202", "DUR203", "DUR406"])
def test_where_a_value_flows_decides_how_severe_it_is(code: str, unit_of: MakeUnit, hazard: MakeHazard) -> None:
    def severity(*reaches: Sink) -> Severity:
        [violation] = check(code, unit_of(hazard(effect_of(code), "package.function", *reaches)))
        return violation.severity

    assert severity() is WARNING
    assert severity(Sink.LOG) is WARNING
    for sink in set(Sink) - {Sink.LOG}:
        assert severity(sink) is ERROR


@pytest.mark.parametrize("code", [*EFFECTS, "DUR401"])
def test_effects_are_errors_wherever_they_flow(code: str, unit_of: MakeUnit, hazard: MakeHazard) -> None:
    [violation] = check(code, unit_of(hazard(effect_of(code), "package.function")))
    assert violation.severity is ERROR


def test_output_is_a_warning_even_in_the_result(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    [violation] = check("DUR310", unit_of(hazard(Effect.OUTPUT, "builtins.print", Sink.RESULT)))
    assert violation.severity is WARNING


def test_an_identity_that_reaches_nothing_is_not_reported(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    assert check("DUR106", unit_of(hazard(Effect.OBJECT_IDENTITY, "builtins.id", Sink.LOG))) == []
    [violation] = check("DUR106", unit_of(hazard(Effect.OBJECT_IDENTITY, "builtins.hash", Sink.DURABLE_INPUT)))
    assert "is salted for each process" in violation.message


def test_directory_order_in_a_step_is_a_warning_about_retries(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    use = hazard(Effect.DIRECTORY_ORDER, "os.listdir", Sink.RESULT, in_step=True)
    [violation] = check("DUR202", unit_of(use, replacements={Effect.DIRECTORY_ORDER: "a step"}))
    assert violation.severity is WARNING
    assert "a retry of the step" in violation.message
    assert violation.help == "sort what it returns: `sorted(…)`"


def test_what_runs_at_import_is_reported_by_405_alone(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    use = hazard(Effect.CLOCK, "time.time", Sink.DURABLE_INPUT, at_import=True, bound_to="STARTED")
    unit = unit_of(use, replacements={Effect.CLOCK: "`toy.now()`"})
    reports = {one.code: check(one.code, unit) for one in RULES if one.check is not None}
    assert [code for code, violations in reports.items() if violations] == ["DUR405"]
    [violation] = reports["DUR405"]
    assert violation.message == (
        "`time.time` is evaluated once for each import, kept in `STARTED`; a replay elsewhere has another value, "
        "and it goes into a durable operation"
    )
    assert violation.help == "in the workflow, use `toy.now()`"
    assert violation.severity is ERROR


@pytest.mark.parametrize("effect", [effect for effect in Effect if effect not in SILENT])
def test_each_effect_is_reported_by_its_own_rule_alone(effect: Effect, unit_of: MakeUnit, hazard: MakeHazard) -> None:
    unit = unit_of(hazard(effect, "package.function", Sink.RESULT))
    assert [one.name for one in RULES if one.check is not None and list(one.check(unit))] == [effect.value]


def test_advice_is_the_case_s_remedy_then_the_engine_s_then_the_rule_s(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    engine = {Effect.CLOCK: "`toy.now()`"}
    plain, special = hazard(Effect.CLOCK, "time.time"), hazard(Effect.CLOCK, "time.time", remedy="`toy.loop_time()`")
    assert [v.help for v in check("DUR101", unit_of(plain, special, replacements=engine))] == [
        "use `toy.now()`",
        "use `toy.loop_time()`",
    ]
    [violation] = check("DUR101", unit_of(plain))
    assert violation.help == "use the engine's durable clock, or read the clock in a step"


def test_dynamic_code_is_a_note(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    [violation] = check("DUR901", unit_of(hazard(Effect.DYNAMIC, "builtins.eval", shown="eval(rule)")))
    assert violation.severity is NOTE
    assert violation.message == "`eval(rule)` decides at run time what is called; analysis cannot follow it"


def test_a_long_construct_is_shortened_to_one_line(unit_of: MakeUnit, hazard: MakeHazard) -> None:
    shown = "time.time(\n" + "    # " + "x" * 200 + "\n).hex()"
    [violation] = check("DUR101", unit_of(hazard(Effect.CLOCK, "time.time", shown=shown)))
    assert violation.message.startswith("`time.time( # xxx")
    assert violation.message.endswith("a replay gets another value")
    assert len(violation.message) < 120
