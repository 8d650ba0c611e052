import time
import urllib.request
import uuid
from datetime import timedelta

from temporalio import activity, workflow

from where import Mode, by_branch, has_info, in_wf, live, outside


@activity.defn
async def fetch(url: str) -> str:
    return await load(url)


async def load(url: str) -> str:
    if in_wf():
        return await workflow.execute_activity(fetch, url, start_to_close_timeout=timedelta(seconds=9))
    return urllib.request.urlopen(url).read().decode()


def clock() -> float:
    return workflow.time() if has_info() else time.time()


def fresh() -> str:
    if outside():
        return uuid.uuid4().hex
    return str(workflow.uuid4())


def by_mode(mode: Mode) -> float:
    inside = by_branch()
    if not mode.durable or not inside:
        return time.time()
    if live():
        print("once")
    return workflow.time()


def of_another_question(fast: bool) -> float:
    if in_wf() and fast:
        return workflow.time()
    return time.time()  # finds DUR101


@workflow.defn
class Report:
    @workflow.run
    async def run(self, url: str, fast: bool) -> str:
        text = await load(url)
        return f"{text} {clock()} {fresh()} {by_mode(Mode())} {of_another_question(fast)}"
