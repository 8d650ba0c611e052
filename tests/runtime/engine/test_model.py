"""A model of start, crash, takeover, cancel and resume: whatever happens, each workflow does each thing once and ends right."""

from __future__ import annotations

import itertools
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from crashing import CrashingEngine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import holdfast
from holdfast import Client, State, step, transaction, workflow

_tokens = itertools.count()
_held: dict[tuple[str, int], list[threading.Event]] = {}
"""Effects whose every run waits for an event of its own."""


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.002)


@step
def effect(id: str, number: int) -> int:
    """Return another number at each run, so that what a zombie writes differs from what its successor has seen."""
    runs = _held.get((id, number))
    if runs is not None:
        let_go = threading.Event()
        runs.append(let_go)
        let_go.wait(10)
    return next(_tokens)


@transaction
def write(tx, id: str) -> int:  # type: ignore[no-untyped-def]
    tx.execute("INSERT INTO ledger VALUES (?)", (id,))
    return 1


@workflow
def unit(id: str, length: int, nap: float) -> list[int]:
    done = [effect(id, number) for number in range(length)]
    done.append(write(id))
    holdfast.sleep(nap)
    done += holdfast.gather(lambda: effect(id, 100), lambda: effect(id, 101))
    return done


class Lives(RuleBasedStateMachine):
    """Several engines over one file; they crash, are found dead, and new ones take over."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._url = f"sqlite:///{Path(self._folder.name) / 'model.db'}"
        self._engines: list[CrashingEngine] = []
        self._dead: list[CrashingEngine] = []
        self._started: dict[str, int] = {}
        self._cancelled: set[str] = set()
        self._launch()
        with self._engines[0]._core.store.transaction() as open_transaction:
            open_transaction.connection.execute("CREATE TABLE ledger (id text)")

    def _launch(self) -> None:
        engine = CrashingEngine(self._url, lease=60.0, suspend_after=0.02, concurrency=3, drain=1.0)
        engine.launch()
        self._engines.append(engine)

    @rule(
        length=st.integers(0, 4), nap=st.sampled_from([0.0, 0.01, 0.05]), queued=st.booleans(), which=st.integers(0, 9)
    )
    @precondition(lambda self: self._engines)
    def start(self, length: int, nap: float, queued: bool, which: int) -> None:
        id = f"{self._folder.name}/{len(self._started)}"
        engine = self._engines[which % len(self._engines)]
        begin = engine.enqueue if queued else engine.start
        begin(unit, id, length, nap, id=id)  # type: ignore[operator]
        self._started[id] = length

    @rule(which=st.integers(0, 9), found_dead=st.booleans())
    @precondition(lambda self: self._engines)
    def crash(self, which: int, found_dead: bool) -> None:
        engine = self._engines.pop(which % len(self._engines))
        engine.crash(found_dead=found_dead)
        self._dead.append(engine)

    @rule(which=st.integers(0, 9))
    @precondition(lambda self: self._engines)
    def pause(self, which: int) -> None:
        engine = self._engines.pop(which % len(self._engines))
        engine.pause()
        self._dead.append(engine)

    @rule(length=st.integers(1, 4), at=st.sampled_from([0, 1, 2, 100]))
    @precondition(lambda self: self._engines)
    def zombie_and_successor_do_the_same_step(self, length: int, at: int) -> None:
        """Both are past every check and have a result in hand when they write: only the epoch tells them apart."""
        id = f"{self._folder.name}/{len(self._started)}"
        at = at if at == 100 else at % length
        runs: list[threading.Event] = []
        _held[id, at] = runs
        if at < 100:
            _held[id, at + 1] = runs
        self._engines[0].start(unit, id, length, 0.0, id=id)
        self._started[id] = length
        until(lambda: len(runs) == 1)
        executor = self._engines[0].get(id).executor
        zombie = next(engine for engine in self._engines if engine.executor == executor)
        self._engines.remove(zombie)
        zombie.pause()
        self._dead.append(zombie)
        if not self._engines:
            self._launch()
        self.take_over()
        until(lambda: len(runs) == 2)
        zombie.wake()
        runs[0].set()
        # It must give up now; one that may write would come to its next step, and is kept there until all is over.
        until(lambda: len(runs) == 3 or id not in {each.id for each in zombie._core.running()})
        _held.clear()
        runs[1].set()
        until(lambda: self._engines[0].get(id).state not in (State.QUEUED, State.RUNNING, State.WAITING))
        for let_go in runs[2:]:
            let_go.set()

    @rule(which=st.integers(0, 9))
    @precondition(lambda self: self._dead)
    def wake_a_zombie(self, which: int) -> None:
        self._dead[which % len(self._dead)].wake()

    @rule()
    @precondition(lambda self: self._engines)
    def take_over(self) -> None:
        store = self._engines[0]._core.store
        store.expire([engine.executor for engine in self._dead])
        store.take_over(1000)
        self._engines[0]._core.pulse.wake()

    @rule()
    @precondition(lambda self: len(self._engines) < 3)
    def launch(self) -> None:
        self._launch()

    @rule(which=st.integers(0, 99))
    @precondition(lambda self: self._started and self._engines)
    def cancel(self, which: int) -> None:
        id = list(self._started)[which % len(self._started)]
        if self._engines[0].cancel(id):
            self._cancelled.add(id)

    @rule(which=st.integers(0, 99))
    @precondition(lambda self: self._cancelled and self._engines)
    def resume(self, which: int) -> None:
        id = sorted(self._cancelled)[which % len(self._cancelled)]
        self._engines[0].resume(id)
        self._cancelled.discard(id)

    @rule()
    def let_time_pass(self) -> None:
        time.sleep(0.02)

    @invariant()
    def nothing_that_was_started_is_gone(self) -> None:
        with Client(self._url) as client:
            assert {each.id for each in client.list(limit=10_000)} == set(self._started)

    def teardown(self) -> None:
        try:
            self._finish()
        finally:
            for engine in self._engines + self._dead:
                engine.wake()
                engine.close()
                engine._core.store.close()
            self._folder.cleanup()

    def _finish(self) -> None:
        if not self._engines:
            self._launch()
        engine = self._engines[0]
        self.take_over()
        for dead in self._dead:
            dead.wake()
        for id, length in self._started.items():
            if id in self._cancelled:
                assert engine.get(id).state is State.CANCELLED
                continue
            result = engine.handle(id).result(10)
            history = [each for each in engine.history(id) if each.kind != "sleep"]
            assert result == [each.result for each in sorted(history, key=lambda each: "." in each.key)]
            assert len(history) == length + 3
        ledger = Counter(self._ledger(engine))
        for id in self._started:
            assert ledger[id] == (0 if id in self._cancelled and not ledger[id] else 1), (
                "a transaction was not exactly once"
            )

    def _ledger(self, engine: CrashingEngine) -> list[str]:
        with engine._core.store.transaction() as open_transaction:
            return [row[0] for row in open_transaction.connection.execute("SELECT id FROM ledger")]


def test_workflows_survive_whatever_happens_to_their_engines() -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            # A failure means time that ran out, over and over again while an example is made smaller.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
