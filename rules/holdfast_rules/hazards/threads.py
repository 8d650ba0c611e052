"""Threads, worker processes and other event loops (308).

Locks and queues between threads are here because they have meaning only between threads. An executor counts when made
and when used, since it is often made at import and used in a workflow. A new event loop (`asyncio.run`) escapes the
engine's; what schedules on the running loop (`asyncio.create_task`) is in `advisory`, where it is said why.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard

_WITH: Final = ("__enter__", "__exit__", "shutdown", "close", "join")
_ESCAPE: Final = "leaves the event loop that the engine drives"

_THREADS = (
    *calls(
        Effect.THREAD,
        "threading",
        "Thread Timer Lock RLock Event Condition Semaphore BoundedSemaphore Barrier local",
    ),
    *calls(Effect.THREAD, "_thread", "start_new_thread allocate_lock"),
    *connections(
        Effect.THREAD,
        "concurrent.futures",
        "ThreadPoolExecutor ProcessPoolExecutor",
        harmless=_WITH,
    ),
    *connections(Effect.THREAD, "concurrent.futures", "InterpreterPoolExecutor", since=(3, 14), harmless=_WITH),
    *clients(Effect.THREAD, "concurrent.futures", "Executor", harmless=_WITH),
    *calls(Effect.THREAD, "queue", "Queue LifoQueue PriorityQueue SimpleQueue"),
)

_PROCESSES = (
    *calls(
        Effect.THREAD,
        "multiprocessing",
        "Process Queue SimpleQueue JoinableQueue Pipe get_context set_start_method Lock RLock Event Condition Semaphore"
        " Value Array Barrier shared_memory.SharedMemory",
    ),
    *connections(
        Effect.THREAD,
        "multiprocessing",
        "Pool Manager pool.Pool pool.ThreadPool dummy.Pool",
        harmless=("__enter__", "__exit__", "imap_unordered"),
    ),
)

_LOOPS = (
    *calls(
        Effect.THREAD,
        "asyncio",
        "to_thread run_coroutine_threadsafe AbstractEventLoop.run_in_executor AbstractEventLoop.call_soon_threadsafe"
        " AbstractEventLoop.set_default_executor AbstractEventLoop.add_reader AbstractEventLoop.add_writer",
    ),
    *calls(
        Effect.THREAD,
        "asyncio",
        "run new_event_loop set_event_loop set_event_loop_policy AbstractEventLoop.stop AbstractEventLoop.close"
        " AbstractEventLoop.run_forever AbstractEventLoop.run_until_complete AbstractEventLoop.set_task_factory",
        note=_ESCAPE,
    ),
    *connections(Effect.THREAD, "asyncio", "Runner", harmless=("__enter__", "__exit__", "close"), note=_ESCAPE),
    *calls(Effect.THREAD, "nest_asyncio", "apply", note=_ESCAPE),
    *calls(Effect.THREAD, "uvloop", "install run new_event_loop", note=_ESCAPE),
    *calls(Effect.THREAD, "", "anyio.run trio.run curio.run", note=_ESCAPE),
)

_PACKAGES = (
    *calls(Effect.THREAD, "anyio", "to_thread.run_sync from_thread.run from_thread.run_sync to_process.run_sync"),
    *calls(Effect.THREAD, "anyio.from_thread", "start_blocking_portal"),
    *calls(Effect.THREAD, "trio", "to_thread.run_sync from_thread.run from_thread.run_sync"),
    *calls(Effect.THREAD, "asgiref.sync", "async_to_sync sync_to_async AsyncToSync SyncToAsync"),
    *calls(Effect.THREAD, "starlette.concurrency", "run_in_threadpool"),
    *calls(Effect.THREAD, "fastapi.concurrency", "run_in_threadpool"),
    *calls(Effect.THREAD, "gevent", "spawn spawn_later joinall wait pool.Pool Greenlet"),
    *calls(Effect.THREAD, "eventlet", "spawn spawn_n GreenPool"),
    *calls(Effect.THREAD, "greenlet", "greenlet"),
    *calls(Effect.THREAD, "ray", "init get put"),
    *clients(Effect.THREAD, "ray", "remote", harmless=("options", "bind")),
    *calls(Effect.THREAD, "dask", "compute persist"),
    *clients(Effect.THREAD, "", "dask.distributed.Client distributed.Client"),
    *calls(Effect.THREAD, "joblib", "Parallel"),
    *calls(Effect.THREAD, "tqdm.contrib.concurrent", "thread_map process_map"),
    *clients(
        Effect.THREAD,
        "apscheduler.schedulers",
        "background.BackgroundScheduler blocking.BlockingScheduler asyncio.AsyncIOScheduler",
    ),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_THREADS, *_PROCESSES, *_LOOPS, *_PACKAGES)
