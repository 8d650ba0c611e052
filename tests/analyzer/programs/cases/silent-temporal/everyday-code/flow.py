import asyncio, json, re, uuid, math, hashlib, functools, itertools, operator, copy, logging, textwrap, base64, decimal, enum, dataclasses, statistics
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, asdict, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Callable, NamedTuple, Protocol, TypedDict
from temporalio import activity, workflow
from temporalio.common import RetryPolicy, SearchAttributeKey, TypedSearchAttributes
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError

NAMES = ("a", "b")
TABLE: dict[str, int] = {"a": 1}
KINDS = frozenset({"a", "b"})
RETRY = RetryPolicy(maximum_attempts=3)
log = workflow.logger


class Kind(enum.Enum):
    A = "a"
    B = "b"


@dataclass
class In:
    kind: Kind
    names: list[str]
    at: datetime | None = None
    meta: dict[str, Any] = field(default_factory=dict)

    def key(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


class Res(NamedTuple):
    n: int
    text: str


@activity.defn
def act(x: Any) -> Any:
    return uuid.uuid4().hex


def retrying(fn: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    async def inner(*a: Any, **k: Any) -> Any:
        for _ in range(3):
            try:
                return await fn(*a, **k)
            except ApplicationError:
                await workflow.sleep(1)
        raise ApplicationError("x")

    return inner


class Collector:
    def __init__(self) -> None:
        self.rows: list[Res] = []
        self.by: dict[str, list[Res]] = defaultdict(list)

    def add(self, r: Res) -> "Collector":
        self.rows.append(r)
        self.by[r.text].append(r)
        return self

    def __iter__(self):
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@workflow.defn
class Clean:
    def __init__(self) -> None:
        self._approved: bool | None = None
        self._seen: set[str] = set()
        self._log: list[str] = []
        self._collector = Collector()

    @workflow.run
    async def run(self, inp: In) -> dict[str, Any]:
        log.info("start %s", workflow.info().workflow_id)
        now = workflow.now()
        due = now.astimezone(timezone.utc) + timedelta(days=1)
        stamp = datetime.fromtimestamp(workflow.time(), tz=timezone.utc).strftime("%Y-%m-%d")
        rid = str(workflow.uuid4())
        rnd = workflow.random().choice(inp.names)
        stable = uuid.uuid5(uuid.NAMESPACE_URL, inp.key())
        if inp.kind in (Kind.A,) or inp.kind.value in KINDS:
            await self._one(rnd)
        for name in sorted(set(inp.names)):
            self._collector.add(Res(len(name), name))
        for r in self._collector:
            await workflow.execute_activity(act, r, start_to_close_timeout=timedelta(seconds=3), retry_policy=RETRY)
        results = await asyncio.gather(*[self._one(n) for n in inp.names], return_exceptions=True)
        ok = [r for r in results if not isinstance(r, BaseException)]
        try:
            await workflow.wait_condition(lambda: self._approved is not None, timeout=timedelta(hours=1))
        except asyncio.TimeoutError:
            self._approved = False
        async with asyncio.timeout(30):
            await asyncio.sleep(1)
        tasks = {n: asyncio.create_task(self._one(n)) for n in inp.names}
        for n, t in tasks.items():
            await t
        done, pending = await workflow.wait(list(tasks.values()), return_when=asyncio.FIRST_COMPLETED)
        total = sum(Decimal(x) for x in ("1.0", "2.0")) + Decimal(math.floor(statistics.mean([1, 2])))
        groups = {k: list(g) for k, g in itertools.groupby(sorted(inp.names), key=len)}
        text = textwrap.dedent(f"{stamp} {due.isoformat()} {stable} {rid} {total}")
        m = re.match(r"(\w+)", text)
        common = set(inp.names) & KINDS
        if common and len(common) > 1 and "a" in common:
            workflow.upsert_search_attributes([SearchAttributeKey.for_keyword("k").value_set(min(common))])
        cfg = copy.deepcopy(TABLE)
        cfg["x"] = 2
        if workflow.patched("v2"):
            await self._one("v2")
        await workflow.execute_child_workflow(Clean.run, inp, id=f"{workflow.info().workflow_id}-child")
        return {"ok": ok, "g": groups, "m": m and m.group(1), "c": cfg, "n": sorted(common)}

    @retrying
    async def _one(self, name: str) -> str:
        try:
            return await workflow.execute_activity(act, name, start_to_close_timeout=timedelta(seconds=3))
        except ActivityError as e:
            log.warning("failed", exc_info=e)
            raise ApplicationError(str(e.cause)) from e
        finally:
            self._log.append(name)

    @workflow.signal
    async def approve(self, by: str) -> None:
        self._approved = True
        self._seen.add(by)

    @workflow.query
    def seen(self) -> list[str]:
        return list(self._seen)
