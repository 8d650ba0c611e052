import shared

from holdfast import step, workflow


@step
def charge(order: str, tenant: str) -> str:
    return f"{order} {tenant}"


@workflow
def set_by_itself(order: str, tenant: str) -> str:
    with shared.of_tenant(tenant):
        return charge(order, shared.tenant.get())


@workflow
def set_by_its_caller(order: str) -> str:
    return charge(order, shared.current())


@workflow
def set_too_late(order: str) -> str:
    found = shared.region.get()  # finds DUR406
    token = shared.region.set("us")
    shared.region.reset(token)
    return charge(order, found)
