"""A project's own engines: `[[tool.holdfast.engine]]` tables become profiles; mistakes are named with their place."""

import re
import tomllib
from typing import Any

import pytest

from holdfast_rules.effect import Effect
from holdfast_rules.engines import PROFILES, Profile, definition, profiles_from_table
from holdfast_rules.engines.profile import Argument, OperationKind

MINIMAL = """
[[engine]]
name = "acme"
packages = ["acme_flow"]
workflows = [{ decorator = "acme_flow.flow" }]
"""


def parsed(text: str) -> tuple[Profile, ...]:
    tables: Any = tomllib.loads(text)["engine"]
    return profiles_from_table(tables, [profile.name for profile in PROFILES])


class TestAccepted:
    def test_the_least_that_says_something(self) -> None:
        (profile,) = parsed(MINIMAL)
        assert (profile.name, profile.title, profile.packages) == ("acme", "acme", ("acme_flow",))
        assert profile.workflows[0].decorator == "acme_flow.flow"

    def test_everything_that_a_built_in_profile_can_say(self) -> None:
        (profile,) = parsed(
            MINIMAL
            + """
title = "Acme Flow"
steps = [{ decorator = "acme_flow.task", called_is_checkpoint = true }]
loggers = ["acme_flow.logger"]
operations = [
    { name = "acme_flow.App.run", kind = "step", runs = [{ position = 1, keyword = "fn" }], awaited = true },
]
replacements = { wall-clock = "`acme_flow.now()`" }
aliases = { "acme_flow.core.App" = "acme_flow.App" }
"""
        )
        assert profile.title == "Acme Flow"
        assert profile.replacements == {Effect.CLOCK: "`acme_flow.now()`"}
        assert profile.operations[0].kind is OperationKind.STEP
        assert profile.operations[0].runs == (Argument(1, "fn"),)
        assert [found.name for found in profile.operations] == ["acme_flow.App.run", "acme_flow.core.App.run"]

    def test_the_example_of_the_documentation(self) -> None:
        example = str(definition.__doc__).split("```toml")[1].split("```")[0]
        tables = tomllib.loads(example)["tool"]["holdfast"]["engine"]
        (profile,) = profiles_from_table(tables)
        assert profile.operations[0].kind is OperationKind.SLEEP

    def test_several_and_none(self) -> None:
        assert [profile.name for profile in parsed(MINIMAL + MINIMAL.replace("acme", "beta"))] == ["acme", "beta"]
        assert profiles_from_table([]) == ()


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                MINIMAL + 'operatons = ["x"]',
                "`tool.holdfast.engine[0]` has no key `operatons` (did you mean `operations`?)",
            ),
            (
                MINIMAL.replace("{ decorator", "{ decorater"),
                "`tool.holdfast.engine[0].workflows[0]` has no key `decorater` (did you mean `decorator`?)",
            ),
            (
                MINIMAL + 'operations = [{ name = "a.b", kind = "step", runs = [{ positon = 1 }] }]',
                "`tool.holdfast.engine[0].operations[0].runs[0]` has no key `positon` (did you mean `position`?)",
            ),
            (
                MINIMAL + 'replacements = { wall-clok = "x" }',
                "`tool.holdfast.engine[0].replacements` has no key `wall-clok` (did you mean `wall-clock`?)",
            ),
            (MINIMAL + "qqq = 1", "`tool.holdfast.engine[0]` has no key `qqq`"),
            (MINIMAL.replace("acme", "dbos", 1), "`tool.holdfast.engine[0]`: an engine called `dbos` exists already"),
            (MINIMAL + MINIMAL, "`tool.holdfast.engine[1]`: an engine called `acme` exists already"),
            (
                MINIMAL.replace('[{ decorator = "acme_flow.flow" }]', "[]"),
                "`tool.holdfast.engine[0].workflows` is empty: say how a workflow of `acme` is declared",
            ),
        ],
    )
    def test_the_message_names_the_place_and_the_remedy(self, text: str, message: str) -> None:
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            parsed(text)

    @pytest.mark.parametrize(
        ("text", "fragment"),
        [
            (MINIMAL.replace('["acme_flow"]', "7"), "$.packages"),
            (MINIMAL.replace('name = "acme"', ""), "`name`"),
            (MINIMAL + 'operations = [{ name = "a.b", kind = "nap" }]', "$.operations[0].kind"),
        ],
    )
    def test_a_wrong_value_is_named_with_its_path(self, text: str, fragment: str) -> None:
        with pytest.raises(ValueError, match=r"`tool\.holdfast\.engine\[0\]` is no engine profile") as caught:
            parsed(text)
        assert fragment in str(caught.value)

    @pytest.mark.parametrize("given", [{"name": "acme"}, "acme", 7])
    def test_one_table_where_an_array_belongs(self, given: Any) -> None:
        with pytest.raises(ValueError, match=r"must be an array of tables: write `\[\[tool\.holdfast\.engine\]\]`"):
            profiles_from_table(given)

    def test_an_array_of_something_else(self) -> None:
        with pytest.raises(ValueError, match=r"`tool\.holdfast\.engine\[0\]` must be a table, not int"):
            profiles_from_table([7])
