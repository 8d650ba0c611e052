"""The rules over facts of their own kind, and the style of every message."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from holdfast_rules import facts
from holdfast_rules.effect import Effect
from holdfast_rules.facts import HazardUse, Sink, Span, Suppression, UnitFacts
from holdfast_rules.registry import RULES, rule
from holdfast_rules.rule import Severity, Violation

MakeUnit = Callable[..., UnitFacts]
MakeHazard = Callable[..., HazardUse]
Here = dict[str, Any]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
RESULT = frozenset({Sink.RESULT})
ABOVE = Span("shop/orders.py", 4, 1, 4, 30)
ELSEWHERE = Span("shop/rates.py", 12, 5, 12, 30)

CASES: dict[str, tuple[str, dict[str, Any], str, Severity]] = {
    "201 for": (
        "DUR201",
        {"kind": facts.UnorderedIteration, "source": "skus", "sink": "for", "reaches": RESULT},
        "`for` keeps the order of `skus`, which a replay may see in another order, and that order is part of the result",
        ERROR,
    ),
    "201 log": (
        "DUR201",
        {"kind": facts.UnorderedIteration, "source": "set(tags)", "sink": "join"},
        "`join` keeps the order of `set(tags)`, which a replay may see in another order",
        WARNING,
    ),
    "203 branches": (
        "DUR203",
        {"kind": facts.ConcurrentWrite, "shown": "offers.append(…)", "reaches": RESULT},
        (
            "`offers.append(…)` runs in branches side by side, in the order in which they finish; a replay may see another "
            "order, and what it leaves is part of the result"
        ),
        ERROR,
    ),
    "401 global": (
        "DUR401",
        {"kind": facts.StateWrite, "name": "last", "how": "global", "shown": "last = order"},
        "`last = order` rebinds the module's `last`; every replay, and every other run, changes it again",
        ERROR,
    ),
    "401 default": (
        "DUR401",
        {"kind": facts.StateWrite, "name": "lines", "how": "mutable default", "shown": "lines.append(sku)"},
        (
            "`lines.append(sku)` changes the default of `lines`, one object for all calls; "
            "every replay, and every other run, changes it again"
        ),
        ERROR,
    ),
    "401 process": (
        "DUR401",
        {"kind": facts.StateWrite, "name": "random.seed", "how": "mutation", "shown": "random.seed(1)"},
        "`random.seed(1)` changes state of the whole process; every replay, and every other run, changes it again",
        ERROR,
    ),
    "401 mutation": (
        "DUR401",
        {"kind": facts.StateWrite, "name": "Till.sales", "how": "mutation", "shown": "Till.sales.append(order)"},
        "`Till.sales.append(order)` changes the module's `Till.sales`; every replay, and every other run, changes it again",
        ERROR,
    ),
    "402": (
        "DUR402",
        {
            "kind": facts.StateRead,
            "name": "rates",
            "writer": ELSEWHERE,
            "writer_function": "shop.rates:refresh",
            "reaches": RESULT,
        },
        "`rates` is changed by `refresh` (shop/rates.py:12); a replay reads another value, and it is part of the result",
        ERROR,
    ),
    "402 log": (
        "DUR402",
        {"kind": facts.StateRead, "name": "rates", "writer": ABOVE, "writer_function": ""},
        "`rates` is changed by `the module` (line 4); a replay reads another value",
        WARNING,
    ),
    "403": (
        "DUR403",
        {"kind": facts.LostStepWrite, "name": "total", "step": "charge", "read_at": ABOVE},
        "step `charge` writes `total`, read on line 4; a replay skips the step and its write",
        ERROR,
    ),
    "404 result": (
        "DUR404",
        {"kind": facts.MutatedCheckpoint, "what": "result", "step": "load", "shown": "lines.append(gift)"},
        "`lines.append(gift)` changes the result of step `load`, which is also its input; a replay has two objects",
        ERROR,
    ),
    "404 input": (
        "DUR404",
        {"kind": facts.MutatedCheckpoint, "what": "input", "step": "load", "shown": "del lines[0]"},
        "`del lines[0]` in step `load` changes its input; a replay skips the change",
        ERROR,
    ),
    "406 cache": (
        "DUR406",
        {"kind": facts.Memoised, "name": "rate", "how": "lru_cache"},
        "`rate` is kept in the process by `lru_cache`; a replay elsewhere starts without it",
        WARNING,
    ),
    "406 client": (
        "DUR406",
        {"kind": facts.Memoised, "name": "cachetools.TTLCache.get", "how": "CACHE.get(sku)"},
        "`CACHE.get(sku)` (`cachetools.TTLCache.get`) keeps values in the process; a replay elsewhere starts without them",
        WARNING,
    ),
    "406 variable": (
        "DUR406",
        {"kind": facts.Memoised, "name": "contextvars.ContextVar.get", "how": "TENANT.get()"},
        "`TENANT.get()` uses a context variable; a replay starts without what the caller set",
        ERROR,
    ),
    "501": (
        "DUR501",
        {"kind": facts.TaintedName, "operation": "toy.start", "source": "uuid4()", "source_at": ABOVE},
        "`toy.start` is named after `uuid4()` (line 4); a replay looks for another name",
        ERROR,
    ),
    "502": (
        "DUR502",
        {"kind": facts.TaintedBranch, "source": "time.time()", "source_at": ABOVE, "operations": ("a", "b", "a", "c")},
        "`time.time()` (line 4) decides whether `a`, `b` and 1 more run; a replay may take the other way",
        ERROR,
    ),
    "503": (
        "DUR503",
        {"kind": facts.NestedStep, "step": "charge", "operation": "authorise"},
        "`authorise` starts inside step `charge`; a replay skips the step, and never meets it",
        ERROR,
    ),
    "504": (
        "DUR504",
        {"kind": facts.StepInCleanup, "operation": "release", "where": "`finally`"},
        "`release` runs as clean-up (`finally`); so it also runs on suspension and cancellation",
        ERROR,
    ),
    "505 dropped": (
        "DUR505",
        {"kind": facts.Unawaited, "operation": "notify", "how": "coroutine dropped"},
        "`notify` is never awaited; it does not run, and nothing is recorded",
        ERROR,
    ),
    "505 task": (
        "DUR505",
        {"kind": facts.Unawaited, "operation": "notify", "how": "task handle lost"},
        "the task of `notify` is lost; whether it finishes before the workflow is chance",
        ERROR,
    ),
    "506": (
        "DUR506",
        {"kind": facts.SwallowedControl, "handler": "except BaseException", "operations": ("charge",)},
        "`except BaseException` around `charge` also catches suspension and cancellation",
        ERROR,
    ),
    "507": (
        "DUR507",
        {"kind": facts.UnboundedLoop, "operations": ("bill", "toy.sleep")},
        "this loop never ends, and `bill` and `toy.sleep` add to the record; replays get ever longer",
        WARNING,
    ),
    "508 argument": (
        "DUR508",
        {"kind": facts.UnserialisableValue, "what": "lambda", "role": "argument", "operation": "price"},
        "`price` takes a lambda, which the record cannot hold; a replay has nothing to read back",
        ERROR,
    ),
    "508 result": (
        "DUR508",
        {"kind": facts.UnserialisableValue, "what": "open file", "role": "result", "operation": "load"},
        "`load` returns an open file, which the record cannot hold; a replay has nothing to read back",
        ERROR,
    ),
    "509": (
        "DUR509",
        {"kind": facts.ShapeProblem, "problem": "workflow `checkout` is a generator", "remedy": "return a list"},
        "workflow `checkout` is a generator",
        ERROR,
    ),
    "601 added": (
        "DUR601",
        {
            "kind": facts.SequenceChange,
            "how": "added",
            "operation": "step shop.check",
            "is_after": "step shop.reserve",
            "base": "v1",
        },
        "`step shop.check` was added after `step shop.reserve` since `v1`; a run that began before has no record of it",
        ERROR,
    ),
    "601 removed": (
        "DUR601",
        {
            "kind": facts.SequenceChange,
            "how": "removed",
            "operation": "sleep",
            "was_after": "step shop.reserve",
            "base_at": "shop.py:7",
            "base": "v1",
        },
        "`sleep`, which stood after `step shop.reserve` (shop.py:7), was removed since `v1`; a run that began before has a record of it",
        ERROR,
    ),
    "601 renamed": (
        "DUR601",
        {
            "kind": facts.SequenceChange,
            "how": "renamed",
            "operation": "step shop.pay",
            "before": "step shop.charge",
            "base": "v1",
        },
        "`step shop.charge` was renamed to `step shop.pay` since `v1`; a run that began before has the old name on record",
        ERROR,
    ),
    "601 reordered": (
        "DUR601",
        {
            "kind": facts.SequenceChange,
            "how": "reordered",
            "operation": "step shop.charge",
            "was_after": "step shop.reserve",
            "base": "v1",
        },
        "`step shop.charge` stood after `step shop.reserve` in `v1` and stands at the beginning; a run that began before has the old order on record",
        ERROR,
    ),
    "601 moved": (
        "DUR601",
        {"kind": facts.SequenceChange, "how": "moved", "operation": "step shop.charge", "base": "v1"},
        "`step shop.charge` stands in other loops or branches than in `v1`; a run that began before has another order on record",
        ERROR,
    ),
    "601 workflow renamed": (
        "DUR601",
        {
            "kind": facts.SequenceChange,
            "how": "workflow renamed",
            "operation": "shop.buy",
            "before": "shop.checkout",
            "base": "v1",
        },
        "workflow `shop.checkout` of `v1` is gone, and `shop.buy` does the same; its runs find no code of their name",
        ERROR,
    ),
    "601 workflow removed": (
        "DUR601",
        {"kind": facts.SequenceChange, "how": "workflow removed", "operation": "shop.checkout", "base": "v1"},
        "workflow `shop.checkout` of `v1` is gone; its runs find no code",
        WARNING,
    ),
    "701": (
        "DUR701",
        {"kind": facts.SqlText, "call": "cursor.execute", "parts": ("table",)},
        "`cursor.execute` runs SQL made of `table`, which can change what the statement does",
        ERROR,
    ),
    "901": (
        "DUR901",
        {"kind": facts.UnresolvedCall, "shown": "x.run", "why": "the type of `x` is not known"},
        "`x.run` could not be resolved: the type of `x` is not known",
        NOTE,
    ),
}


def check(code: str, unit: UnitFacts) -> list[Violation]:
    run = rule(code).check
    assert run is not None
    return list(run(unit))


def check_comments(code: str, *comments: Suppression) -> list[Violation]:
    run = rule(code).check_suppressions
    assert run is not None
    return list(run(comments))


def made(attributes: dict[str, Any], here: Here) -> facts.Fact:
    kind = attributes["kind"]
    assert isinstance(kind, type)
    assert issubclass(kind, facts.Fact)
    return kind(**(here | {name: value for name, value in attributes.items() if name != "kind"}))


def comment(*codes: str, reason: str = "", used: Iterable[str] = ()) -> Suppression:
    return Suppression(at=ABOVE, codes=codes, reason=reason, used=tuple(used))


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_fact_is_reported_by_its_rule_alone(case: str, unit_of: MakeUnit, here: Here) -> None:
    code, attributes, message, severity = CASES[case]
    fact = made(attributes, here)
    unit = unit_of(fact)
    reports = {one.code: violations for one in RULES if one.check and (violations := list(one.check(unit)))}
    assert list(reports) == [code]
    [violation] = reports[code]
    assert (violation.message, violation.severity) == (message, severity)
    assert (violation.at, violation.function, violation.chain) == (fact.at, fact.function, fact.chain)


def test_a_branch_is_advised_like_the_hazard_that_feeds_it(unit_of: MakeUnit, hazard: MakeHazard, here: Here) -> None:
    branch = made(CASES["502"][1], here)
    clock = hazard(Effect.CLOCK, "time.time", Sink.DURABLE_BRANCH, at=ABOVE)
    [violation] = check("DUR502", unit_of(clock, branch, replacements={Effect.CLOCK: "`toy.now()`"}))
    assert violation.help == "use `toy.now()`"
    [violation] = check("DUR502", unit_of(branch))
    assert violation.help == "record the value in a step, and branch on its result"


def test_shapes_without_a_remedy_still_get_advice(unit_of: MakeUnit, here: Here) -> None:
    shape = made({"kind": facts.ShapeProblem, "problem": "no `run`", "remedy": ""}, here)
    [violation] = check("DUR509", unit_of(shape))
    assert violation.help == "see how Toy defines workflows and steps"


@pytest.mark.parametrize(
    ("why", "advised"), [("package `acme` is not installed", "install the package"), ("`x` is unknown", "annotate")]
)
def test_a_missing_package_is_advised_to_be_installed(why: str, advised: str, unit_of: MakeUnit, here: Here) -> None:
    [violation] = check("DUR901", unit_of(made({"kind": facts.UnresolvedCall, "shown": "x.run", "why": why}, here)))
    assert violation.help.startswith(advised)


def test_a_suppression_of_which_a_code_silences_nothing_is_unused() -> None:
    idle = comment("DUR101", "DUR301", used=["DUR101"])
    [violation] = check_comments("DUR902", idle)
    assert violation.message == "`DUR301` silences nothing here"
    assert violation.help == "remove `DUR301`"
    assert (violation.at, violation.chain, violation.severity) == (ABOVE, (), WARNING)


@pytest.mark.parametrize(
    ("codes", "used", "expected"),
    [
        (["DUR101"], [], ["`DUR101` silences nothing here"]),
        (["DUR101", "DUR102"], [], ["`DUR101` and `DUR102` silence nothing here"]),
        (["DUR101"], ["DUR101"], []),
        (["DUR1"], ["DUR104"], []),
        ([], [], ["this `ignore` silences nothing"]),
        ([], ["DUR104"], []),
    ],
)
def test_unused_suppressions(codes: list[str], used: list[str], expected: list[str]) -> None:
    assert [one.message for one in check_comments("DUR902", comment(*codes, used=used))] == expected


def test_a_suppression_without_a_reason_is_reported_used_or_not() -> None:
    comments = [comment("DUR101", reason=" "), comment(), comment("DUR101", reason="shown to people")]
    assert [one.message for one in check_comments("DUR903", *comments)] == [
        "`DUR101` is ignored without a reason",
        "everything is ignored without a reason",
    ]


def everything(unit_of: MakeUnit, hazard: MakeHazard, here: Here) -> list[tuple[str, Violation]]:
    """Every rule's violations over facts of every kind, with every sink, at import and not, in steps and not."""
    uses = [
        hazard(effect, "package.module.function", *reaches, in_step=in_step, at_import=at_import, bound_to="NAME")
        for effect in Effect
        for reaches in [(), *((sink,) for sink in Sink)]
        for in_step in (False, True)
        for at_import in (False, True)
    ]
    unit = unit_of(*uses, *(made(attributes, here) for _, attributes, _, _ in CASES.values()))
    violations = [(one.code, violation) for one in RULES if one.check for violation in one.check(unit)]
    comments = [comment("DUR101"), comment(), comment("DUR101", "DUR102", used=["DUR102"])]
    for one in RULES:
        if one.check_suppressions:
            violations += [(one.code, violation) for violation in one.check_suppressions(comments)]
    return violations


def test_messages_and_advice_keep_the_style(unit_of: MakeUnit, hazard: MakeHazard, here: Here) -> None:
    spoken = everything(unit_of, hazard, here)
    assert {code for code, _ in spoken} == {one.code for one in RULES}
    for code, violation in spoken:
        for text in (violation.message, violation.help):
            assert text, code
            assert text[0] in "`" or text[0].islower(), f"{code}: {text}"
            assert text[-1] not in ".!", f"{code}: {text}"
            assert text.count("`") % 2 == 0, f"{code}: {text}"
            assert "\n" not in text, f"{code}: {text}"
            assert len(text) <= 160, f"{code}: two lines of an 80-column terminal: {text}"
        assert violation.symbol, code
