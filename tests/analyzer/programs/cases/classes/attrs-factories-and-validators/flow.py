from models import Due, Line, Order, Plain

from holdfast import step, workflow


@step
def save(record: object) -> None: ...


@workflow
def order() -> None:
    save(Order())


@workflow
def line() -> None:
    save(Line())


@workflow
def due(at: float) -> None:
    save(Due(at))


@workflow
def plain() -> None:
    save(Plain())
