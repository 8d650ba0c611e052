from aws_durable_execution_sdk_python import DurableContext, durable_execution


def price(shop: str) -> int:
    return len(shop)


@durable_execution
def collected(event: dict, context: DurableContext) -> list:
    prices = []

    def ask(child: DurableContext, shop: str, index: int, shops: list) -> None:
        prices.append(child.step(lambda _: price(shop)))  # finds DUR403

    context.map(event["shops"], ask)
    return prices


@durable_execution
def counted(event: dict, context: DurableContext) -> int:
    asked = 0

    def ask(child: DurableContext) -> None:
        nonlocal asked
        child.step(lambda _: price("a"))
        asked += 1  # finds DUR403

    context.run_in_child_context(ask)
    return asked


@durable_execution
def returned(event: dict, context: DurableContext) -> list:
    def ask(child: DurableContext, shop: str, index: int, shops: list) -> list:
        found = []
        found.append(child.step(lambda _: price(shop)))
        return found

    return context.map(event["shops"], ask).get_results()


@durable_execution
def never_read(event: dict, context: DurableContext) -> int:
    seen = []

    def ask(child: DurableContext) -> int:
        seen.append(1)
        return child.step(lambda _: price("a"))

    return context.run_in_child_context(ask)
