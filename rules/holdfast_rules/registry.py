"""All rules, in the one list that decides which exist; and how names and prefixes choose among them."""

import functools
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from holdfast_rules.change import step_sequence_changed
from holdfast_rules.effects import (
    blocking_sleep,
    database_call,
    file_read,
    file_write,
    model_call,
    network_call,
    replayed_output,
    signal_or_exit,
    subprocess,
    thread_or_process,
)
from holdfast_rules.honesty import suppression_without_reason, unresolved_call, unused_suppression
from holdfast_rules.injection import sql_injection
from holdfast_rules.nearest import nearest
from holdfast_rules.order import completion_order, directory_order, unordered_iteration
from holdfast_rules.rule import Rule
from holdfast_rules.state import (
    import_time_effect,
    lost_step_write,
    memoised_in_process,
    module_state_read,
    module_state_write,
    mutated_step_result,
)
from holdfast_rules.structure import (
    nested_step,
    step_in_finally,
    swallowed_control_exception,
    tainted_branch,
    unawaited_step,
    unbounded_history,
    unserialisable_boundary,
    unstable_step_name,
    workflow_shape,
)
from holdfast_rules.value import (
    environment_read,
    fresh_identifier,
    host_identity,
    interpreter_state,
    local_timezone,
    object_identity,
    unseeded_random,
    wall_clock,
)

if TYPE_CHECKING:
    from holdfast_rules.plugins import Extensions

RULES: Final[tuple[Rule, ...]] = (
    wall_clock.RULE,
    unseeded_random.RULE,
    fresh_identifier.RULE,
    environment_read.RULE,
    host_identity.RULE,
    object_identity.RULE,
    local_timezone.RULE,
    interpreter_state.RULE,
    unordered_iteration.RULE,
    directory_order.RULE,
    completion_order.RULE,
    network_call.RULE,
    database_call.RULE,
    model_call.RULE,
    file_read.RULE,
    file_write.RULE,
    subprocess.RULE,
    blocking_sleep.RULE,
    thread_or_process.RULE,
    signal_or_exit.RULE,
    replayed_output.RULE,
    module_state_write.RULE,
    module_state_read.RULE,
    lost_step_write.RULE,
    mutated_step_result.RULE,
    import_time_effect.RULE,
    memoised_in_process.RULE,
    unstable_step_name.RULE,
    tainted_branch.RULE,
    nested_step.RULE,
    step_in_finally.RULE,
    unawaited_step.RULE,
    swallowed_control_exception.RULE,
    unbounded_history.RULE,
    unserialisable_boundary.RULE,
    workflow_shape.RULE,
    step_sequence_changed.RULE,
    sql_injection.RULE,
    unresolved_call.RULE,
    unused_suppression.RULE,
    suppression_without_reason.RULE,
)
"""Every rule, in the order of the codes."""

_BY_CODE: Final = {rule.code: rule for rule in RULES}
_BY_NAME: Final = {rule.name: rule for rule in RULES}
_FULL: Final = len("DUR101")


@functools.cache
def extensions() -> "Extensions":
    """Return what the installed plugins add; they are loaded once a process, when they are first asked for."""
    from holdfast_rules.plugins import GROUP, Extensions, are_installed, load

    if not are_installed(sys.path):
        return Extensions()
    from importlib.metadata import entry_points

    from holdfast_rules.engines import PROFILES

    return load(entry_points(group=GROUP), RULES, PROFILES)


def every_rule(*, plugins: bool) -> tuple[Rule, ...]:
    """Return all rules: Holdfast's own in the order of their codes, and behind them those of plugins if they count."""
    return (*RULES, *extensions().rules) if plugins else RULES


def rule(code_or_name: str) -> Rule:
    """Return the rule with this code (`DUR101`) or name (`wall-clock`), one of a plugin too.

    Raises:
        ValueError: there is none; the message names the nearest one.
    """
    found = _BY_CODE.get(code_or_name) or _BY_NAME.get(code_or_name)
    if found is None:
        added = extensions().rules
        found = next((rule for rule in added if code_or_name in (rule.code, rule.name)), None)
    if found is None:
        near = nearest(
            code_or_name, [*_BY_CODE, *_BY_NAME, *(name for rule in added for name in (rule.code, rule.name))]
        )
        raise ValueError(f"no rule is called `{code_or_name}`; the nearest is `{near}`")
    return found


def select(
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    *,
    among: Sequence[Rule] = RULES,
) -> tuple[Rule, ...]:
    """Return the chosen rules, in the order of the codes.

    A selector is a code, the beginning of one (`DUR`, `DUR1`) or a name. For each rule the most exact selector that
    covers it decides (as in ruff: https://docs.astral.sh/ruff/settings/#lint_select), and between equals `ignore`
    does. A rule that is off by default takes part only under its own code or name, never under a prefix.

    Args:
        select: which rules to choose; the rules that are on by default when empty.
        ignore: which of them to leave out.
        extend_select: which to add.
        among: the rules that there are, as `every_rule` gives them.

    Raises:
        ValueError: a selector covers no rule; the message names the nearest one that does.
    """
    chosen = _checked(select, among)
    added = _checked(extend_select, among)
    left_out = _checked(ignore, among)
    picked = []
    for candidate in among:
        wanted = max((_exactness(selector, candidate) for selector in (*chosen, *added)), default=0)
        by_default = 1 if not chosen and candidate.default else 0
        if candidate.default or wanted == _FULL:
            unwanted = max((_exactness(selector, candidate) for selector in left_out), default=0)
            if max(wanted, by_default) > unwanted:
                picked.append(candidate)
    return tuple(picked)


def _selectors(among: Sequence[Rule]) -> tuple[str, ...]:
    """Return all that selects a rule: codes, names, beginnings of codes."""
    prefixes = {rule.code[:length] for rule in among for length in range(3, 6)}
    return (*(rule.code for rule in among), *(rule.name for rule in among), *sorted(prefixes))


def _checked(selectors: Iterable[str], among: Sequence[Rule]) -> tuple[str, ...]:
    """Return the selectors, each of which covers a rule."""
    listed = tuple(selectors)
    valid = _selectors(among) if listed else ()
    for selector in listed:
        if selector not in valid:
            near = nearest(selector, valid)
            raise ValueError(f"`{selector}` selects no rule; the nearest selector is `{near}`")
    return listed


def _exactness(selector: str, candidate: Rule) -> int:
    """Return how exactly a selector names a rule: the length of the prefix, `_FULL` for a name, 0 if not at all."""
    if selector == candidate.name:
        return _FULL
    return len(selector) if candidate.code.startswith(selector) else 0
