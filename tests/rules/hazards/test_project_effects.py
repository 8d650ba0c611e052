"""A project's own names under the words of the effects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast_rules.effect import Effect
from holdfast_rules.hazards import Catalogue

IDENTIFIERS = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(str.isidentifier)
NAMES = st.lists(IDENTIFIERS, min_size=2, max_size=4).map(lambda parts: "zz_" + ".".join(parts))


@given(effect=st.sampled_from(Effect), name=NAMES)
def test_a_project_name_is_found_under_its_effect(effect: Effect, name: str) -> None:
    catalogue = Catalogue.default().with_project({effect.value: [name]})
    assert {hazard.effect for hazard in catalogue.lookup(name)} == {effect}
    assert catalogue.is_known_package(name)
    assert Catalogue.default().lookup(name) == ()


@given(effect=st.sampled_from(Effect), name=NAMES, below=NAMES)
def test_a_project_pattern_covers_what_is_below(effect: Effect, name: str, below: str) -> None:
    catalogue = Catalogue.default().with_project({effect.value: [f"{name}.*"]})
    assert {hazard.effect for hazard in catalogue.lookup(f"{name}.{below}")} == {effect}
    assert catalogue.lookup(name) == ()


def test_project_names_join_the_entries_that_are_there() -> None:
    catalogue = Catalogue.default().with_project({"network-call": ["time.time"], "wall-clock": ["acme.now"]})
    assert {hazard.effect for hazard in catalogue.lookup("time.time")} == {Effect.CLOCK, Effect.NETWORK}
    assert catalogue.lookup("uuid.uuid4") == Catalogue.default().lookup("uuid.uuid4")


def test_the_use_of_a_project_class_counts() -> None:
    catalogue = Catalogue.default().with_project({"network-call": ["acme.rpc.Client", "acme.rpc.call"]})
    assert [hazard.effect for hazard in catalogue.using("acme.rpc.Client", "send")] == [Effect.NETWORK]
    assert catalogue.using("acme.rpc.call", "result") == ()


@pytest.mark.parametrize(
    ("word", "near"), [("netwrk-call", "network-call"), ("clock", "wall-clock"), ("sleep", "blocking-sleep")]
)
def test_an_unknown_effect_names_the_nearest(word: str, near: str) -> None:
    with pytest.raises(ValueError, match=rf"`{word}`.*did you mean `{near}`"):
        Catalogue.default().with_project({word: ["acme.rpc.call"]})


@pytest.mark.parametrize("name", ["", "*", ".*", "acme..rpc", "acme.*.call", "acme rpc", "acme.rpc*", "1acme.rpc"])
def test_what_is_no_dotted_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no dotted name"):
        Catalogue.default().with_project({"network-call": [name]})


def test_a_text_in_place_of_a_list_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must be a list: write `network-call = \[\"acme\.rpc\.\*\"\]`"):
        Catalogue.default().with_project({"network-call": "acme.rpc.*"})
