"""All rules, in the one list that decides which exist; and how names and prefixes choose among them."""

from collections.abc import Iterable
from typing import Final

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
_PREFIXES: Final = frozenset(rule.code[:length] for rule in RULES for length in range(3, 6))
_FULL: Final = len("DUR101")


def rule(code_or_name: str) -> Rule:
    """Return the rule with this code (`DUR101`) or name (`wall-clock`).

    Raises:
        ValueError: there is none; the message names the nearest one.
    """
    found = _BY_CODE.get(code_or_name) or _BY_NAME.get(code_or_name)
    if found is None:
        near = nearest(code_or_name, [*_BY_CODE, *_BY_NAME])
        raise ValueError(f"no rule is called `{code_or_name}`; the nearest is `{near}`")
    return found


def select(
    select: Iterable[str] = (), ignore: Iterable[str] = (), extend_select: Iterable[str] = ()
) -> tuple[Rule, ...]:
    """Return the chosen rules, in the order of the codes.

    A selector is a code, the beginning of one (`DUR`, `DUR1`) or a name. For each rule the most exact selector that
    covers it decides (as in ruff: https://docs.astral.sh/ruff/settings/#lint_select), and between equals `ignore`
    does. A rule that is off by default takes part only under its own code or name, never under a prefix.

    Args:
        select: which rules to choose; the rules that are on by default when empty.
        ignore: which of them to leave out.
        extend_select: which to add.

    Raises:
        ValueError: a selector covers no rule; the message names the nearest one that does.
    """
    chosen = _checked(select)
    added = _checked(extend_select)
    left_out = _checked(ignore)
    picked = []
    for candidate in RULES:
        wanted = max((_exactness(selector, candidate) for selector in (*chosen, *added)), default=0)
        by_default = 1 if not chosen and candidate.default else 0
        if candidate.default or wanted == _FULL:
            unwanted = max((_exactness(selector, candidate) for selector in left_out), default=0)
            if max(wanted, by_default) > unwanted:
                picked.append(candidate)
    return tuple(picked)


def _checked(selectors: Iterable[str]) -> tuple[str, ...]:
    """Return the selectors, each of which covers a rule."""
    listed = tuple(selectors)
    for selector in listed:
        if selector not in _PREFIXES and selector not in _BY_CODE and selector not in _BY_NAME:
            near = nearest(selector, [*_BY_CODE, *_BY_NAME, *sorted(_PREFIXES)])
            raise ValueError(f"`{selector}` selects no rule; the nearest selector is `{near}`")
    return listed


def _exactness(selector: str, candidate: Rule) -> int:
    """Return how exactly a selector names a rule: the length of the prefix, `_FULL` for a name, 0 if not at all."""
    if selector == candidate.name:
        return _FULL
    return len(selector) if candidate.code.startswith(selector) else 0
