"""Profiles are found by name; one that is misspelt is answered with the nearest."""

import msgspec
import pytest

from holdfast_rules.engines import PROFILES, profile_named
from holdfast_rules.engines.profile import Operation, OperationKind, Profile, StepMarker, WorkflowMarker
from holdfast_rules.engines.spelling import defined_in, owned, spelled_out


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_each_is_found_by_its_name(profile: Profile) -> None:
    assert profile_named(profile.name) is profile


@pytest.mark.parametrize(("wrong", "right"), [("tempral", "temporal"), ("dbso", "dbos"), ("restat", "restate")])
def test_a_misspelt_name_is_answered_with_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(
        ValueError, match=f"no engine is called `{wrong}` \\(did you mean `{right}`\\?\\); known are absurd,"
    ):
        profile_named(wrong)


def test_a_name_like_no_other_is_answered_with_the_list() -> None:
    with pytest.raises(ValueError, match=r"no engine is called `zzz`; known are .*temporal"):
        profile_named("zzz")


def test_a_projects_own_profiles_are_searched_when_given() -> None:
    own = Profile(name="acme", title="Acme", packages=("acme",), workflows=(WorkflowMarker(decorator="acme.flow"),))
    assert profile_named("acme", (*PROFILES, own)) is own


class TestSpelling:
    def test_a_name_stands_under_each_of_its_paths(self) -> None:
        profile = Profile(
            name="acme",
            title="Acme",
            packages=("acme",),
            workflows=(WorkflowMarker(decorator="acme.App.flow", entry_decorators=("acme.run",)),),
            steps=(StepMarker(decorator="acme.App.task"),),
            operations=(Operation(name="acme.App.sleep", kind=OperationKind.SLEEP),),
            returns={"acme.App.make": "acme.App"},
            loggers=("acme.log",),
            aliases={"acme.core.App": "acme.App", "acme.old": "acme"},
        )
        wide = spelled_out(profile)
        assert {marker.decorator for marker in wide.workflows} == {
            "acme.App.flow",
            "acme.core.App.flow",
            "acme.old.App.flow",
        }
        assert set(wide.workflows[0].entry_decorators) == {"acme.run", "acme.old.run"}
        assert {marker.decorator for marker in wide.steps} == {
            "acme.App.task",
            "acme.core.App.task",
            "acme.old.App.task",
        }
        assert {found.name for found in wide.operations} == {
            "acme.App.sleep",
            "acme.core.App.sleep",
            "acme.old.App.sleep",
        }
        assert set(wide.returns.values()) == {"acme.App"}
        assert set(wide.loggers) == {"acme.log", "acme.old.log"}

    def test_without_aliases_nothing_changes(self) -> None:
        profile = profile_named("holdfast")
        assert spelled_out(profile) is profile

    def test_a_prefix_is_a_whole_segment(self) -> None:
        profile = msgspec.structs.replace(
            profile_named("holdfast"),
            operations=(Operation(name="acme.Application.sleep", kind=OperationKind.SLEEP),),
            aliases={"acme.core.App": "acme.App"},
        )
        assert [found.name for found in spelled_out(profile).operations] == ["acme.Application.sleep"]

    def test_operations_of_several_classes(self) -> None:
        found = owned(("acme.A", "acme.B"), Operation(name="run", kind=OperationKind.STEP, awaited=True))
        assert [(operation.name, operation.awaited) for operation in found] == [
            ("acme.A.run", True),
            ("acme.B.run", True),
        ]

    def test_names_that_a_package_re_exports(self) -> None:
        assert defined_in("acme", {"_core.app": "App Task"}) == {
            "acme._core.app.App": "acme.App",
            "acme._core.app.Task": "acme.Task",
        }
