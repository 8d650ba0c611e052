"""Every engine profile is well formed, and says of the engine's public names what the engine's documentation says."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from holdfast_rules import engines
from holdfast_rules.effect import Effect
from holdfast_rules.engines import PROFILES, Profile, profile_named
from holdfast_rules.engines.profile import Operation, OperationKind, StepMarker, WorkflowMarker

DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(\.\*)?")

AGENT_RUNNERS = {"temporal": ("agents.",)}
"""Packages of others whose runner an engine's plugin makes durable."""

FOREIGN_TYPES = {
    "builtins.str",
    "builtins.int",
    "builtins.float",
    "datetime.datetime",
    "uuid.UUID",
    "random.Random",
} | {
    "sqlalchemy.orm.Session",
    "sqlalchemy.ext.asyncio.AsyncSession",
}

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)


def operation(engine: str, name: str) -> Operation:
    found = [operation for operation in profile_named(engine).operations if operation.name == name]
    assert len(found) == 1, f"{engine}: {name}: {len(found)} operations"
    return found[0]


def names_of(profile: Profile) -> list[str]:
    names = [operation.name for operation in profile.operations]
    markers: list[WorkflowMarker | StepMarker] = [*profile.workflows, *profile.steps]
    for marker in markers:
        names += [marker.decorator, marker.registration, marker.base_class]
    for workflow in profile.workflows:
        names += [*workflow.entry_decorators, *workflow.excluded_decorators, *workflow.parameter_type]
    names += [*profile.instances, *profile.returns, *profile.replay_predicates, *profile.workflow_predicates]
    names += [*profile.outside_errors, *profile.loggers, *profile.unrestricted, *profile.control_exceptions]
    return [name for name in names if name]


def contexts_of(profile: Profile) -> set[str]:
    contexts = {marker.context_parameter[1] for marker in profile.workflows if marker.context_parameter}
    return contexts | {
        kind for operation in profile.operations if operation.branches for _, kind in operation.callable_parameters
    }


class TestForm:
    def test_every_module_that_has_a_profile_is_listed(self) -> None:
        folder = Path(str(engines.__file__)).parent
        modules = [import_module(f"holdfast_rules.engines.{path.stem}") for path in folder.glob("*.py")]
        written = {module.PROFILE.name for module in modules if hasattr(module, "PROFILE")}
        assert written == {profile.name for profile in PROFILES}

    def test_the_engines_of_the_documentation_are_there_in_its_order(self) -> None:
        assert [profile.name for profile in PROFILES] == [
            *(
                "holdfast",
                "dbos",
                "temporal",
                "aws",
                "azure",
                "restate",
                "absurd",
                "hatchet",
                "inngest",
                "resonate",
                "dapr",
            )
        ]

    @every_profile
    def test_every_name_is_dotted(self, profile: Profile) -> None:
        assert [name for name in names_of(profile) if not DOTTED.fullmatch(name)] == []

    @every_profile
    def test_every_name_lies_in_the_engines_own_packages(self, profile: Profile) -> None:
        own = (*(f"{package}." for package in profile.packages), *AGENT_RUNNERS.get(profile.name, ()))
        assert [name for name in names_of(profile) if not name.startswith(own)] == []

    @every_profile
    def test_no_operation_and_no_marker_stands_there_twice(self, profile: Profile) -> None:
        operations = [operation.name for operation in profile.operations]
        workflows = [(m.decorator, m.registration, m.registration_argument, m.base_class) for m in profile.workflows]
        steps = [(marker.decorator, marker.registration, marker.base_class) for marker in profile.steps]
        for written in (operations, workflows, steps):
            assert len(written) == len(set(written))

    def test_no_operation_belongs_to_two_engines(self) -> None:
        owners: dict[str, str] = {}
        for profile in PROFILES:
            for found in profile.operations:
                assert owners.setdefault(found.name, profile.name) == profile.name

    @every_profile
    def test_no_name_marks_a_workflow_and_a_step(self, profile: Profile) -> None:
        workflows = {marker.decorator or marker.registration for marker in profile.workflows}
        steps = {marker.decorator or marker.registration for marker in profile.steps}
        assert workflows & steps - {""} == set()

    @every_profile
    def test_every_marker_says_how_it_is_recognised(self, profile: Profile) -> None:
        def blank(marker: WorkflowMarker | StepMarker) -> bool:
            parameter_type = marker.parameter_type if isinstance(marker, WorkflowMarker) else ()
            return not (marker.decorator or marker.registration or marker.base_class or parameter_type)

        markers: list[WorkflowMarker | StepMarker] = [*profile.workflows, *profile.steps]
        assert [marker for marker in markers if blank(marker)] == []

    @every_profile
    def test_every_context_has_operations(self, profile: Profile) -> None:
        owners = {found.name.rpartition(".")[0] for found in profile.operations}
        owners |= {name.rpartition(".")[0] for name in profile.instances}
        assert contexts_of(profile) - owners == set()

    @every_profile
    def test_a_result_has_a_type_of_the_engine_or_one_that_everyone_knows(self, profile: Profile) -> None:
        own = tuple(f"{package}." for package in profile.packages)
        given = {*profile.returns.values(), *profile.instances.values()} - FOREIGN_TYPES
        assert [name for name in given if not name.startswith(own)] == []


class TestReplacements:
    @every_profile
    @pytest.mark.parametrize(
        "effect",
        [
            Effect.CLOCK,
            Effect.RANDOMNESS,
            Effect.IDENTIFIER,
            Effect.SLEEP,
            Effect.OUTPUT,
            Effect.NETWORK,
            Effect.DATABASE,
        ],
    )
    def test_every_engine_has_an_answer(self, profile: Profile, effect: Effect) -> None:
        assert profile.replacements[effect]

    @every_profile
    def test_an_answer_fits_behind_use(self, profile: Profile) -> None:
        for clause in profile.replacements.values():
            assert clause.count("`") % 2 == 0, clause
            assert clause[0] == "`" or clause[0].islower(), clause
            assert not clause.endswith((".", " ")), clause

    @pytest.mark.parametrize(
        ("engine", "effect", "clause"),
        [
            ("temporal", Effect.CLOCK, "`workflow.now()`"),
            ("temporal", Effect.RANDOMNESS, "`workflow.random()`"),
            ("temporal", Effect.IDENTIFIER, "`workflow.uuid4()`"),
            ("temporal", Effect.OUTPUT, "`workflow.logger`"),
            ("holdfast", Effect.CLOCK, "`holdfast.now()`"),
            ("holdfast", Effect.IDENTIFIER, "`holdfast.uuid4()`"),
            ("restate", Effect.CLOCK, "`await ctx.time()`"),
            ("restate", Effect.IDENTIFIER, "`ctx.uuid()`"),
            ("azure", Effect.CLOCK, "`context.current_utc_datetime`"),
            ("azure", Effect.IDENTIFIER, "`context.new_uuid()`"),
            ("dapr", Effect.CLOCK, "`ctx.current_utc_datetime`"),
            ("hatchet", Effect.CLOCK, "`await ctx.aio_now()`"),
            ("aws", Effect.OUTPUT, "`context.logger`"),
            ("inngest", Effect.OUTPUT, "`ctx.logger`"),
        ],
    )
    def test_what_replaces_a_call_as_it_stands_is_one_code_span(self, engine: str, effect: Effect, clause: str) -> None:
        assert profile_named(engine).replacements[effect] == clause


class TestOperations:
    @pytest.mark.parametrize(
        ("engine", "name", "kind"),
        [
            ("holdfast", "holdfast.sleep", OperationKind.SLEEP),
            ("holdfast", "holdfast.aio.sleep", OperationKind.SLEEP),
            ("holdfast", "holdfast.continue_as_new", OperationKind.CONTINUE),
            ("dbos", "dbos.DBOS.sleep_async", OperationKind.SLEEP),
            ("dbos", "dbos.DBOS.start_workflow", OperationKind.CHILD),
            ("dbos", "dbos.Queue.enqueue", OperationKind.CHILD),
            ("dbos", "dbos.DBOS.recv", OperationKind.RECEIVE),
            ("dbos", "dbos.DBOS.write_stream", OperationKind.SEND),
            ("dbos", "dbos.DBOS.patch", OperationKind.PATCH),
            ("dbos", "dbos.WorkflowHandle.get_result", OperationKind.WAIT),
            ("dbos", "dbos._dbos.DBOS.set_event", OperationKind.SEND),
            ("temporal", "temporalio.workflow.execute_activity", OperationKind.STEP),
            ("temporal", "temporalio.workflow.start_local_activity_method", OperationKind.STEP),
            ("temporal", "temporalio.workflow._activities.execute_activity", OperationKind.STEP),
            ("temporal", "temporalio.workflow.execute_child_workflow", OperationKind.CHILD),
            ("temporal", "temporalio.workflow.NexusClient.execute_operation", OperationKind.CHILD),
            ("temporal", "temporalio.workflow.ExternalWorkflowHandle.signal", OperationKind.SEND),
            ("temporal", "temporalio.workflow.patched", OperationKind.PATCH),
            ("temporal", "temporalio.workflow.continue_as_new", OperationKind.CONTINUE),
            ("aws", "aws_durable_execution_sdk_python.DurableContext.step", OperationKind.STEP),
            ("aws", "aws_durable_execution_sdk_python.context.DurableContext.wait", OperationKind.SLEEP),
            ("azure", "azure.durable_functions.DurableOrchestrationContext.call_activity", OperationKind.STEP),
            ("azure", "durabletask.task.OrchestrationContext.call_sub_orchestrator", OperationKind.CHILD),
            ("azure", "durabletask.task.when_all", OperationKind.GATHER),
            ("restate", "restate.ObjectContext.run_typed", OperationKind.STEP),
            ("restate", "restate.context.Context.run", OperationKind.STEP),
            ("restate", "restate.WorkflowContext.set", OperationKind.SEND),
            ("restate", "restate.DurablePromise.value", OperationKind.RECEIVE),
            ("restate", "restate.select", OperationKind.GATHER),
            ("absurd", "absurd_sdk.AsyncTaskContext.step", OperationKind.STEP),
            ("absurd", "absurd_sdk.TaskContext.sleep_for", OperationKind.SLEEP),
            ("hatchet", "hatchet_sdk.DurableContext.aio_sleep_for", OperationKind.SLEEP),
            ("hatchet", "hatchet_sdk.runnables.workflow.Standalone.aio_run", OperationKind.CHILD),
            ("inngest", "inngest.Step.run", OperationKind.STEP),
            ("inngest", "inngest.StepSync.sleep_until", OperationKind.SLEEP),
            ("resonate", "resonate.Context.lfc", OperationKind.STEP),
            ("resonate", "resonate.context.Context.rpc", OperationKind.CHILD),
            ("dapr", "dapr.ext.workflow.DaprWorkflowContext.call_activity", OperationKind.STEP),
            ("dapr", "dapr.ext.workflow.when_any", OperationKind.GATHER),
        ],
    )
    def test_kind(self, engine: str, name: str, kind: OperationKind) -> None:
        assert operation(engine, name).kind is kind

    @pytest.mark.parametrize(
        ("engine", "name", "position", "keyword"),
        [
            ("dbos", "dbos.DBOS.run_step", 1, "func"),
            ("aws", "aws_durable_execution_sdk_python.DurableContext.wait_for_callback", 0, "submitter"),
            ("restate", "restate.Context.run", 1, "action"),
            ("absurd", "absurd_sdk.TaskContext.step", 1, "fn"),
            ("inngest", "inngest.Step.run", 1, "handler"),
        ],
    )
    def test_the_callable_runs_as_a_step(self, engine: str, name: str, position: int, keyword: str) -> None:
        (argument,) = operation(engine, name).runs
        assert (argument.position, argument.keyword) == (position, keyword)
        assert operation(engine, name).branches == ()

    @pytest.mark.parametrize(
        ("engine", "name"),
        [
            ("aws", "aws_durable_execution_sdk_python.DurableContext.run_in_child_context"),
            ("aws", "aws_durable_execution_sdk_python.DurableContext.map"),
            ("aws", "aws_durable_execution_sdk_python.DurableContext.parallel"),
            ("temporal", "temporalio.workflow.wait_condition"),
            ("temporal", "temporalio.workflow.set_signal_handler"),
            ("inngest", "inngest._internal.step_lib.Group.parallel"),
        ],
    )
    def test_the_callable_runs_as_workflow_code(self, engine: str, name: str) -> None:
        assert operation(engine, name).branches
        assert operation(engine, name).runs == ()

    def test_a_function_handed_to_resonate_is_judged_by_its_own_operations(self) -> None:
        found = operation("resonate", "resonate.context.Context.run")
        assert found.runs == found.branches != ()

    @pytest.mark.parametrize(
        ("engine", "name", "names"),
        [
            ("temporal", "temporalio.workflow.execute_child_workflow", {"workflow", "id"}),
            ("temporal", "temporalio.workflow.start_activity", {"activity", "activity_id"}),
            ("dbos", "dbos.SetWorkflowID", {"wfid"}),
            ("restate", "restate.Context.run_typed", {"name"}),
            ("inngest", "inngest.Step.invoke", {"step_id"}),
            ("absurd", "absurd_sdk.TaskContext.await_event", {"event_name", "step_name"}),
            ("hatchet", "hatchet_sdk.DurableContext.aio_wait_for", {"signal_key"}),
            ("dapr", "dapr.ext.workflow.DaprWorkflowContext.call_child_workflow", {"workflow", "instance_id"}),
        ],
    )
    def test_what_identifies_it(self, engine: str, name: str, names: set[str]) -> None:
        assert {argument.keyword for argument in operation(engine, name).names} == names

    @pytest.mark.parametrize(
        ("engine", "name", "awaited"),
        [
            ("temporal", "temporalio.workflow.execute_activity", True),
            ("temporal", "temporalio.workflow.patched", False),
            ("dbos", "dbos.DBOS.sleep", False),
            ("dbos", "dbos.DBOS.sleep_async", True),
            ("aws", "aws_durable_execution_sdk_python.DurableContext.step", False),
            ("restate", "restate.Context.service_call", True),
            ("restate", "restate.Context.service_send", False),
            ("inngest", "inngest.StepSync.run", False),
            ("azure", "azure.durable_functions.DurableOrchestrationContext.create_timer", True),
        ],
    )
    def test_what_must_be_awaited(self, engine: str, name: str, awaited: bool) -> None:
        assert operation(engine, name).awaited is awaited


class TestEngines:
    def test_temporal_replays_signals_and_updates_but_no_queries(self) -> None:
        (marker,) = [m for m in profile_named("temporal").workflows if m.decorator == "temporalio.workflow.defn"]
        assert marker.on == "class"
        assert {"temporalio.workflow.run", "temporalio.workflow.signal", "temporalio.workflow.update"} <= set(
            marker.entry_decorators
        )
        assert "temporalio.workflow.query" in marker.excluded_decorators
        assert "temporalio.workflow.UpdateMethodMultiParam.validator" in marker.excluded_decorators
        assert not set(marker.entry_decorators) & set(marker.excluded_decorators)

    def test_temporals_loop_is_deterministic_except_where_it_goes_through_sets(self) -> None:
        deterministic = profile_named("temporal").deterministic
        assert {"asyncio.sleep", "asyncio.wait_for", "asyncio.gather", "asyncio.Queue"} <= set(deterministic)
        assert not {"asyncio.wait", "asyncio.as_completed", "asyncio.all_tasks", "asyncio.to_thread"} & set(
            deterministic
        )

    def test_no_other_engine_makes_asyncios_timers_durable(self) -> None:
        durable = {profile.name for profile in PROFILES if "asyncio.sleep" in profile.deterministic}
        assert durable == {"temporal"}

    def test_a_step_of_dbos_is_a_checkpoint_when_called_and_an_activity_of_temporal_is_not(self) -> None:
        dbos = {marker.decorator: marker for marker in profile_named("dbos").steps}
        assert dbos["dbos.DBOS.step"].called_is_checkpoint
        assert dbos["dbos.DBOS.transaction"].transaction
        assert all(not marker.called_is_checkpoint for marker in profile_named("temporal").steps)

    def test_a_step_within_a_step_is_a_plain_call_in_dbos_only(self) -> None:
        assert {profile.name for profile in PROFILES if profile.nested_steps} == {"dbos"}

    def test_the_logger_of_dbos_is_not_taken_for_replay_aware(self) -> None:
        assert not any("logger" in name for name in profile_named("dbos").loggers)

    @pytest.mark.parametrize(
        ("engine", "decorator", "position", "context"),
        [
            ("restate", "restate.Service.handler", 0, "restate.Context"),
            ("restate", "restate.object.VirtualObject.handler", 0, "restate.ObjectContext"),
            ("restate", "restate.Workflow.main", 0, "restate.WorkflowContext"),
            (
                "aws",
                "aws_durable_execution_sdk_python.execution.durable_execution",
                1,
                "aws_durable_execution_sdk_python.DurableContext",
            ),
            ("hatchet", "hatchet_sdk.Hatchet.durable_task", 1, "hatchet_sdk.DurableContext"),
            ("absurd", "absurd_sdk.AsyncAbsurd.register_task", 1, "absurd_sdk.AsyncTaskContext"),
            ("inngest", "inngest.Inngest.create_function", 0, "inngest.Context"),
            ("dapr", "dapr.ext.workflow.WorkflowRuntime.workflow", 0, "dapr.ext.workflow.DaprWorkflowContext"),
            (
                "azure",
                "azure.durable_functions.Blueprint.orchestration_trigger",
                0,
                "azure.durable_functions.DurableOrchestrationContext",
            ),
        ],
    )
    def test_the_context_that_a_workflow_is_given(
        self, engine: str, decorator: str, position: int, context: str
    ) -> None:
        (marker,) = [marker for marker in profile_named(engine).workflows if marker.decorator == decorator]
        assert marker.context_parameter == (position, context)

    @pytest.mark.parametrize(
        ("engine", "call", "result"),
        [
            ("hatchet", "hatchet_sdk.Hatchet.workflow", "hatchet_sdk.runnables.workflow.Workflow"),
            ("hatchet", "hatchet_sdk.Hatchet.task", "hatchet_sdk.runnables.workflow.Standalone"),
            ("dbos", "dbos.DBOS.start_workflow", "dbos.WorkflowHandle"),
            ("temporal", "temporalio.workflow.start_child_workflow", "temporalio.workflow.ChildWorkflowHandle"),
            ("restate", "restate.WorkflowContext.promise", "restate.DurablePromise"),
        ],
    )
    def test_the_type_of_a_result(self, engine: str, call: str, result: str) -> None:
        assert profile_named(engine).returns[call] == result

    @pytest.mark.parametrize(
        ("engine", "predicate"),
        [
            ("temporal", "temporalio.workflow.unsafe.is_replaying"),
            ("aws", "aws_durable_execution_sdk_python.DurableContext.is_replaying"),
            ("azure", "durabletask.task.OrchestrationContext.is_replaying"),
            ("dapr", "dapr.ext.workflow.DaprWorkflowContext.is_replaying"),
            ("holdfast", "holdfast.Current.replaying"),
        ],
    )
    def test_what_tells_a_replay(self, engine: str, predicate: str) -> None:
        assert predicate in profile_named(engine).replay_predicates

    def test_absurd_suspends_by_an_ordinary_exception(self) -> None:
        assert profile_named("absurd").control_exceptions["absurd_sdk.SuspendTask"] == "Exception"
        others = [profile for profile in PROFILES if profile.name != "absurd"]
        assert {base for profile in others for base in profile.control_exceptions.values()} == {"BaseException"}
