from models import Named, Positive, Stamped

from holdfast import step, workflow


@step
def save(record: object) -> None: ...


@workflow
def stamped() -> None:
    save(Stamped(at=0))


@workflow
def named() -> None:
    save(Named(name=""))


@workflow
def positive(cents: int) -> None:
    save(Positive(cents=cents))
