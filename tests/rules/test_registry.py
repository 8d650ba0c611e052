"""The list of rules, and how a user's words choose among them."""

import pytest

from holdfast_rules.registry import RULES, rule, select


def codes(*args: object, **kwargs: object) -> list[str]:
    return [chosen.code for chosen in select(*args, **kwargs)]  # type: ignore[arg-type]


def test_rules_stand_in_the_order_of_their_codes_and_none_twice() -> None:
    listed = [one.code for one in RULES]
    assert listed == sorted(set(listed))
    assert len({one.name for one in RULES}) == len(RULES)


def test_a_rule_is_found_by_its_code_and_by_its_name() -> None:
    assert rule("DUR101") is rule("wall-clock")


@pytest.mark.parametrize(
    ("asked", "nearest"), [("wal-clock", "wall-clock"), ("DUR1O1", "DUR101"), ("dur203", "DUR203"), ("", "DUR101")]
)
def test_an_unknown_rule_is_refused_with_the_nearest_one(asked: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=f"no rule is called `{asked}`; the nearest is `{nearest}`"):
        rule(asked)


def test_without_selectors_all_rules_are_on_that_are_not_opt_in() -> None:
    assert codes() == [one.code for one in RULES if one.code != "DUR903"]


def test_a_prefix_selects_a_family_and_a_name_one_rule() -> None:
    assert codes(["DUR2"]) == ["DUR201", "DUR202", "DUR203"]
    assert codes(["DUR2", "wall-clock"]) == ["DUR101", "DUR201", "DUR202", "DUR203"]
    assert codes(["DUR"]) == codes()


def test_ignore_takes_away_and_extend_adds() -> None:
    assert codes(["DUR2"], ["completion-order"]) == ["DUR201", "DUR202"]
    assert codes(["DUR2"], (), ["DUR101"]) == ["DUR101", "DUR201", "DUR202", "DUR203"]
    assert codes((), ["DUR"]) == []


def test_the_more_exact_selector_wins_and_ignore_wins_a_tie() -> None:
    assert codes((), ["DUR1"], ["DUR101"])[:2] == ["DUR101", "DUR201"]
    assert codes(["DUR101"], ["DUR1"]) == ["DUR101"]
    assert codes(["DUR101", "DUR102"], ["DUR101"]) == ["DUR102"]
    assert codes(["wall-clock"], ["DUR101"]) == []


def test_an_opt_in_rule_needs_its_own_code_or_name() -> None:
    assert "DUR903" not in codes(["DUR9"])
    assert codes(["DUR903"]) == ["DUR903"]
    assert codes((), (), ["suppression-without-reason"])[-1] == "DUR903"


@pytest.mark.parametrize(
    ("selector", "nearest"), [("DUR11", "DUR1"), ("dur101", "DUR101"), ("wallclock", "wall-clock")]
)
@pytest.mark.parametrize("where", ["select", "ignore", "extend_select"])
def test_an_unknown_selector_is_refused_with_the_nearest_one(selector: str, nearest: str, where: str) -> None:
    with pytest.raises(ValueError, match=f"`{selector}` selects no rule; the nearest selector is `{nearest}"):
        select(**{where: [selector]})


def test_one_selector_given_as_text_is_refused() -> None:
    with pytest.raises(ValueError, match="`D` selects no rule"):
        select("DUR101")
