"""Sleeping and timers (307): waits that the process spends, and forgets when it dies, in place of the durable ones.

A sleep of 0 only yields. Timeouts of asyncio run on the loop's clock, so they are timers too unless they are `None`.
Retry decorators sleep between attempts, in the process, and count them there. Engines whose loop is durable
(Temporal) say in their profile which of these are theirs.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls, clients
from holdfast_rules.hazards.hazard import Hazard, UnlessConstant

_RETRY: Final = "retries and waits inside the process; a step's own retries are durable"

_STDLIB = (
    *calls(Effect.SLEEP, "time", "sleep", when=UnlessConstant(0, (0, 0.0), "secs")),
    *calls(
        Effect.SLEEP,
        "asyncio",
        "sleep",
        when=UnlessConstant(0, (0, 0.0), "delay"),
        note="`asyncio.sleep(0)` only yields",
    ),
    *calls(Effect.SLEEP, "asyncio", "timeout", when=UnlessConstant(0, (None,), "delay")),
    *calls(Effect.SLEEP, "asyncio", "timeout_at", when=UnlessConstant(0, (None,), "when")),
    *calls(Effect.SLEEP, "asyncio", "wait_for", when=UnlessConstant(1, (None,), "timeout")),
    *calls(Effect.SLEEP, "asyncio", "AbstractEventLoop.call_later AbstractEventLoop.call_at"),
    *calls(Effect.SLEEP, "threading", "Event.wait Condition.wait Condition.wait_for Barrier.wait"),
    *calls(Effect.SLEEP, "queue", "Queue.get Queue.join SimpleQueue.get"),
    *clients(Effect.SLEEP, "sched", "scheduler", harmless=("enter", "enterabs", "cancel", "empty", "queue")),
)

_LOOPS = (
    *calls(Effect.SLEEP, "", "anyio.sleep trio.sleep gevent.sleep eventlet.sleep", when=UnlessConstant(0, (0, 0.0))),
    *calls(Effect.SLEEP, "anyio", "sleep_until sleep_forever move_on_after fail_after"),
    *calls(Effect.SLEEP, "trio", "sleep_until sleep_forever move_on_after move_on_at fail_after fail_at"),
    *calls(Effect.SLEEP, "", "curio.sleep tornado.gen.sleep async_timeout.timeout async_timeout.timeout_at"),
    *calls(Effect.SLEEP, "twisted.internet", "reactor.callLater task.deferLater"),
)

_RETRIES = (
    *calls(Effect.SLEEP, "tenacity", "retry", note=_RETRY),
    *clients(Effect.SLEEP, "tenacity", "Retrying AsyncRetrying", note=_RETRY),
    *calls(Effect.SLEEP, "backoff", "on_exception on_predicate", note=_RETRY),
    *calls(Effect.SLEEP, "", "retrying.retry retry.retry retry.api.retry_call opnieuw.retry", note=_RETRY),
    *calls(Effect.SLEEP, "stamina", "retry retry_context", note=_RETRY),
    *calls(Effect.SLEEP, "ratelimit", "sleep_and_retry limits RateLimitDecorator"),
    *clients(Effect.SLEEP, "", "aiolimiter.AsyncLimiter pyrate_limiter.Limiter"),
    *calls(Effect.SLEEP, "", "schedule.every schedule.run_pending schedule.run_all"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_STDLIB, *_LOOPS, *_RETRIES)
