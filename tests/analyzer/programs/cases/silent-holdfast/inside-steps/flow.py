from holdfast import step, workflow

import effects


@step
def charge(order: str) -> str:
    return effects.everything(order)


@step
async def charge_later(order: str) -> str:
    return effects.everything(order)


class Till:
    @step
    def charge(self, order: str) -> str:
        return effects.everything(order)

    @staticmethod
    @step
    def refund(order: str) -> str:
        return effects.everything(order)


wrapped = step(effects.everything)


@workflow
async def checkout(order: str) -> str:
    text = charge(order) + await charge_later(order) + Till().charge(order) + Till.refund(order)
    return text + wrapped(order)
