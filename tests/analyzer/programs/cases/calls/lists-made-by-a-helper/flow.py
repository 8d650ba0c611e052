from holdfast import step, workflow


@step
def charge(x: str) -> str:
    return x


@step
def ship(x: str) -> str:
    return x


def empty():
    return []


def run_all(steps, x: str) -> None:
    for s in steps:
        s(x)


@workflow
def charges(x: str) -> None:
    steps = empty()
    steps.append(charge)
    run_all(steps, x)


@workflow
def ships(x: str) -> None:
    steps = empty()
    steps.append(ship)
    run_all(steps, x)


def add(steps, one) -> None:
    steps.append(one)


@workflow
def charges_by_a_helper(x: str) -> None:
    steps = []
    add(steps, charge)
    run_all(steps, x)


@workflow
def charges_by_a_helper_again(x: str) -> None:
    steps = []
    add(steps, charge)
    for s in steps:
        s(x)


class Plan:
    def __init__(self):
        self.steps = []

    def add(self, one):
        self.steps.append(one)
        return self

    def run(self, x):
        for s in self.steps:
            s(x)


@workflow
def charges_by_a_plan(x: str) -> None:
    Plan().add(charge).run(x)


@workflow
def ships_by_a_plan(x: str) -> None:
    p = Plan()
    p.add(ship)
    p.run(x)


def options():
    return {"retry": charge}


@workflow
def changes_the_options(x: str) -> None:
    o = options()
    o["last"] = ship
    o["last"](x)
    o["retry"](x)


@workflow
def keeps_the_options(x: str) -> None:
    o = options()
    for k, v in o.items():
        v(x)
