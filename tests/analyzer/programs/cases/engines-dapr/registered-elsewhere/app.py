import dapr.ext.workflow as wf

from flows import load, order_workflow

runtime = wf.WorkflowRuntime()
runtime.register_workflow(order_workflow)
runtime.register_activity(load)
