import time
import uuid

from absurd_sdk import Absurd

from helpers import late

app = Absurd(queue_name="shop")


def charge() -> str:
    print("charging")
    return f"{uuid.uuid4()} {time.time()}"


@app.register_task(name="checkout")
def checkout(params, ctx):
    charged = ctx.step("charge", charge)

    @ctx.run_step("refund")
    def refund():
        return str(time.time())

    ctx.sleep_for("wait", 3)
    event = ctx.await_event("paid")
    if late():  # finds DUR502
        ctx.step("late", charge)
    return f"{charged} {refund} {event}"
