import uuid

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    class Line:
        def label(self) -> str:
            return f"{order} {uuid.uuid4()}"  # finds DUR103

    return Line().label()
