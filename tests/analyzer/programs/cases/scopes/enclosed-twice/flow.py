import threading

from holdfast import workflow


def make() -> None:
    processed = threading.Event()
    prefix = "a"

    def register() -> None:
        suffix = "b"

        @workflow
        def run(order: str) -> str:
            processed.set()
            return prefix + suffix + order

    class Registered:
        def go(self) -> None:
            @workflow
            def of_a_method(order: str) -> str:
                processed.clear()
                return order

    register()
