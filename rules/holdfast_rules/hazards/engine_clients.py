"""Clients of durable-execution engines (301, 302): from workflow code they go past what is recorded.

An engine's client talks to its server or database from outside of any workflow. Inside of one, each replay starts, signals or
publishes once more; the engine has an operation, or a step has to do it. Making a client or a handle sends nothing.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import SESSION, calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard

_HANDLES: Final = ("get_workflow_handle", "get_workflow_handle_for", "get_schedule_handle", "get_async_activity_handle")
_IDENTITY: Final = ("id", "run_id", "result_run_id", "first_execution_run_id", "workflow_id")

_TEMPORAL = (
    *connections(Effect.NETWORK, "temporalio.client", "Client.connect", harmless=_HANDLES),
    *clients(
        Effect.NETWORK,
        "temporalio.client",
        "Client",
        harmless=(*_HANDLES, "config", "namespace", "identity", "data_converter", "service_client", "rpc_metadata"),
    ),
    *clients(
        Effect.NETWORK,
        "temporalio.client",
        "WorkflowHandle ScheduleHandle AsyncActivityHandle WorkflowUpdateHandle",
        harmless=_IDENTITY,
    ),
    *clients(Effect.NETWORK, "temporalio.client.Client", " ".join(_HANDLES), harmless=_IDENTITY),
)

_OTHERS = (
    *clients(Effect.DATABASE, "dbos", "DBOSClient", harmless=("destroy",)),
    *clients(Effect.NETWORK, "dapr", "clients.DaprClient aio.clients.DaprClient", harmless=SESSION),
    *clients(Effect.NETWORK, "dapr.ext.workflow", "DaprWorkflowClient", harmless=SESSION),
    *clients(Effect.NETWORK, "durabletask.client", "TaskHubGrpcClient AsyncTaskHubGrpcClient", harmless=SESSION),
    *clients(Effect.NETWORK, "azure.durable_functions", "DurableOrchestrationClient"),
    *calls(Effect.NETWORK, "inngest.Inngest", "send send_sync"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_TEMPORAL, *_OTHERS)
"""The hazards of this module."""
