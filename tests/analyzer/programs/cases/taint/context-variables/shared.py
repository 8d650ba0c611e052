import contextvars
from collections.abc import Iterator
from contextlib import contextmanager

tenant = contextvars.ContextVar[str]("tenant")
region: contextvars.ContextVar[str] = contextvars.ContextVar("region", default="eu")


@contextmanager
def of_tenant(name: str) -> Iterator[None]:
    token = tenant.set(name)
    try:
        yield
    finally:
        tenant.reset(token)


def current() -> str:
    return tenant.get()  # finds DUR406


def handle(name: str) -> None:
    region.set(name)
