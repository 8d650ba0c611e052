"""Writes the workflow half of the measured tree: services of several engines, each a package of nine modules.

A service looks as such code does in public projects: workflows and steps name the engine; the models, plans, policies
and clients that they use lie in modules of their own that do not. All is drawn from a seeded generator, so that the same
seed gives the same bytes, and no two services are alike.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

NOUNS = "order parcel invoice refund ticket account booking payment claim lease shipment quote".split()
VERBS = "price route check split rank weigh label merge score settle trim group".split()
FIELDS = "amount weight priority score distance quantity discount margin".split()
HAZARDS = ("time.time()", "random.random()", "uuid.uuid4()", "os.environ.get('REGION')")
"""What one function of every third service does although workflows reach it."""


@dataclass(frozen=True)
class Service:
    """One package.

    Attributes:
        name: of the package.
        engine: whose workflows it holds.
        noun: what it is about.
        files: path within the package → text.
    """

    name: str
    engine: str
    noun: str
    files: dict[str, str]


def make_service(number: int, seed: int) -> Service:
    """Write one service.

    Args:
        number: of the service; it decides the engine and the name.
        seed: of the whole tree.

    Returns:
        The service.
    """
    rng = random.Random(f"{seed}:{number}")
    noun = rng.choice(NOUNS)
    name = f"{noun}_service_{number}"
    engine = list(ENGINES)[number % len(ENGINES)]
    hazard = rng.choice(HAZARDS) if number % 3 == 0 else ""
    functions = [f"{VERBS[index % len(VERBS)]}_{noun}_{index}" for index in range(rng.randint(10, 34))]
    steps = [f"{verb}_{noun}" for verb in rng.sample(("charge", "reserve", "notify", "archive", "fetch"), 4)]
    files = {
        "__init__.py": f'"""The {noun} service."""\n',
        "models.py": models(rng, noun),
        "plans.py": plans(rng, noun, functions, hazard),
        "policies.py": policies(rng, noun, functions),
        "client.py": client(rng, noun),
        "store.py": store(rng, noun),
        "steps.py": ENGINES[engine].steps(noun, steps),
        "workflows.py": ENGINES[engine].workflows(rng, noun, steps, functions),
        f"test_{name}.py": ENGINES[engine].tests(noun),
    }
    return Service(name, engine, noun, files)


# Code that does not name an engine


def models(rng: random.Random, noun: str) -> str:
    """Write dataclasses with properties and methods."""
    title = noun.title()
    lines = [
        f'"""What a {noun} is."""',
        "",
        "from dataclasses import dataclass, field",
        "from enum import Enum",
        "",
        "",
        f"class {title}State(str, Enum):",
        *(f'    {state.upper()} = "{state}"' for state in ("open", "held", "paid", "done", "failed")),
    ]
    for kind in (title, f"{title}Line", f"{title}Plan", f"{title}Result"):
        fields = rng.sample(FIELDS, 5)
        lines += ["", "", "@dataclass", f"class {kind}:", f'    """A {kind}, as it is stored and sent."""', ""]
        lines += ["    id: str", f"    state: {title}State = {title}State.OPEN"]
        lines += [f"    {name}: float = {rng.randint(0, 9)}.0" for name in fields]
        lines += [
            "    tags: list[str] = field(default_factory=list)",
            "    notes: dict[str, str] = field(default_factory=dict)",
        ]
        for name in fields[:3]:
            lines += [
                "",
                "    @property",
                f"    def rounded_{name}(self) -> float:",
                f'        """The {name}, to a cent."""',
            ]
            lines += [f"        return round(self.{name}, 2)"]
        lines += [
            "",
            f"    def with_{fields[0]}(self, value: float) -> '{kind}':",
            '        """Return a changed copy."""',
        ]
        lines += [f"        return {kind}(self.id, self.state, {fields[0]}=value, tags=list(self.tags))"]
        lines += ["", "    def tag(self, *names: str) -> None:", '        """Add tags that it has not yet."""']
        lines += [
            "        for name in names:",
            "            if name not in self.tags:",
            "                self.tags.append(name)",
        ]
    return "\n".join(lines) + "\n"


BODIES = (
    """\
    total = 0.0
    for index, tag in enumerate(sorted({noun}.tags)):
        if tag.startswith("{verb}"):
            total += index * {number}
        else:
            total -= len(tag) / {number}
    {noun}.notes["{name}"] = f"{{total:.2f}}"
    return {call}
""",
    """\
    limits = {{"low": {number}, "middle": {number} * 10, "high": {number} * 100}}
    chosen = limits.get({noun}.notes.get("level", "low"), {number})
    if {noun}.state == "held" and chosen > {number}:
        {noun}.tag("{verb}", "large")
    elif not {noun}.tags:
        return {noun}
    found = [tag.upper() for tag in {noun}.tags if len(tag) < chosen]
    {noun}.notes.update({{tag: str(len(tag)) for tag in found}})
    return {call}
""",
    """\
    try:
        level = int({noun}.notes.get("{name}", "{number}"))
    except ValueError:
        level = {number}
    while level > 0:
        level -= {number}
        if level % 2:
            continue
        {noun}.tag(f"{verb}-{{level}}")
    first, *others = [*{noun}.tags, "none"]
    {noun}.notes["first"] = first if not others else ", ".join(others)
    return {call}
""",
    """\
    def weight(tag: str) -> int:
        return len(tag) * {number} + ("{verb}" in tag)

    ranked = sorted({noun}.tags, key=weight, reverse=True)
    best = max(ranked, key=lambda tag: (weight(tag), tag), default="")
    if best:
        {noun}.notes["best"] = best
    pairs = list(zip(ranked, ranked[1:], strict=False))
    {noun}.notes["pairs"] = "; ".join(f"{{left}}>{{right}}" for left, right in pairs[:{number}])
    return {call}
""",
)


def plans(rng: random.Random, noun: str, functions: list[str], hazard: str) -> str:
    """Write functions that call each other."""
    title = noun.title()
    lines = [f'"""How a {noun} is planned."""', "", "import os", "import random", "import time", "import uuid", ""]
    lines += [f"from .models import {title}, {title}Plan", "", 'REGIONS = ("north", "south", "east", "west")']
    for index, name in enumerate(functions):
        # Each calls one that stands further down, so that chains are a few calls long and end.
        later = functions[index + 1 : index + 6]
        call = f"{rng.choice(later)}({noun})" if later else noun
        body = rng.choice(BODIES).format(
            noun=noun, verb=rng.choice(VERBS), number=rng.randint(2, 97), name=name, call=call
        )
        lines += [
            "",
            "",
            f"def {name}({noun}: {title}) -> {title}:",
            f'    """Plan a {noun}, part {index}."""',
            body.rstrip(),
        ]
    lines += ["", "", f"def stamp({noun}: {title}) -> str:", f'    """Return what marks a {noun}."""']
    lines += [f"    return {noun}.id + str({hazard or f'len({noun}.tags)'})"]
    lines += ["", "", f"def plan({noun}: {title}) -> {title}Plan:", f'    """Plan a {noun}."""']
    lines += [
        f"    planned = {functions[0]}({noun})",
        f"    return {title}Plan(stamp(planned), tags=[*planned.tags, *REGIONS])",
    ]
    return "\n".join(lines) + "\n"


def policies(rng: random.Random, noun: str, functions: list[str]) -> str:
    """Write a hierarchy of classes whose methods workflows call through the base."""
    title = noun.title()
    used = rng.sample(functions, 4)
    lines = [f'"""Which {noun} is let through."""', "", "from abc import ABC, abstractmethod", ""]
    lines += [f"from .models import {title}, {title}Result", f"from .plans import {', '.join(sorted(used))}", "", ""]
    lines += ["class Policy(ABC):", '    """Decides."""', "", "    def __init__(self, limit: float) -> None:"]
    lines += ["        self.limit = limit", "        self.seen: dict[str, float] = {}", "", "    @abstractmethod"]
    lines += [f"    def allows(self, {noun}: {title}) -> bool:", '        """Tell whether it is let through."""', ""]
    lines += [f"    def decide(self, {noun}: {title}) -> {title}Result:", '        """Decide and remember."""']
    lines += [
        f"        allowed = self.allows({noun})",
        f"        self.seen[{noun}.id] = self.limit if allowed else 0.0",
    ]
    lines += [f'        return {title}Result({noun}.id, tags=["allowed" if allowed else "refused"])']
    for index, name in enumerate(used):
        lines += ["", "", f"class {title}Policy{index}(Policy):", f'    """Policy {index}."""', ""]
        lines += [f"    def allows(self, {noun}: {title}) -> bool:", '        """Tell whether it is let through."""']
        lines += [f"        checked = {name}({noun})", f"        if len(checked.tags) > {rng.randint(2, 9)}:"]
        lines += [
            "            return sum(map(len, checked.tags)) < self.limit",
            f"        return checked.notes.get('level') != '{index}'",
        ]
    lines += ["", "", "def policy_of(level: str) -> Policy:", '    """Return the policy of a level."""']
    lines += [f"    return {title}Policy0(10.0) if level == 'low' else {title}Policy{rng.randint(1, 3)}(100.0)"]
    return "\n".join(lines) + "\n"


def client(rng: random.Random, noun: str) -> str:
    """Write a client of a remote service, which only steps use."""
    title = noun.title()
    lines = [f'"""Speaks to the {noun} system."""', "", "import json", "import time", "import urllib.request", ""]
    lines += [f"from .models import {title}", "", "", f"class {title}Client:", '    """A client with retries."""', ""]
    lines += [
        "    def __init__(self, url: str, timeout: float = 5.0) -> None:",
        "        self.url = url",
        "        self.timeout = timeout",
    ]
    for verb in rng.sample(VERBS, 8):
        lines += ["", f"    def {verb}(self, {noun}: {title}, *, attempts: int = 3) -> dict[str, object]:"]
        lines += [f'        """Send a {noun} to be {verb}ed."""', "        for attempt in range(attempts):"]
        lines += [
            f'            body = json.dumps({{"id": {noun}.id, "tags": {noun}.tags, "at": time.time()}}).encode()'
        ]
        lines += [
            f'            request = urllib.request.Request(f"{{self.url}}/{verb}", data=body, method="POST")',
            "            try:",
        ]
        lines += ["                with urllib.request.urlopen(request, timeout=self.timeout) as response:"]
        lines += ["                    return dict(json.loads(response.read()))", "            except OSError:"]
        lines += [
            "                time.sleep(2.0**attempt)",
            f'        raise ConnectionError(f"{verb} failed: {{self.url}}")',
        ]
    return "\n".join(lines) + "\n"


def store(rng: random.Random, noun: str) -> str:
    """Write a store that nothing of a workflow uses."""
    lines = [
        f'"""Keeps every {noun} in a database."""',
        "",
        "import sqlite3",
        "",
        "",
        "class Store:",
        '    """A store."""',
        "",
    ]
    lines += ["    def __init__(self, path: str) -> None:", "        self.connection = sqlite3.connect(path)"]
    for field in rng.sample(FIELDS, 6):
        lines += ["", f"    def by_{field}(self, least: float, most: float) -> list[tuple[str, float]]:"]
        lines += [f'        """Return what lies in a range of {field}."""', "        rows = self.connection.execute("]
        lines += [
            f'            "SELECT id, {field} FROM {noun} WHERE {field} BETWEEN ? AND ? ORDER BY id", (least, most)',
            "        )",
        ]
        lines += ["        return [(str(key), float(value)) for key, value in rows if value is not None]", ""]
        lines += [f"    def set_{field}(self, key: str, value: float) -> int:", f'        """Change the {field}."""']
        lines += [
            f'        cursor = self.connection.execute("UPDATE {noun} SET {field} = ? WHERE id = ?", (value, key))'
        ]
        lines += ["        self.connection.commit()", "        return cursor.rowcount"]
    return "\n".join(lines) + "\n"


# Code that names one


@dataclass(frozen=True)
class Engine:
    """How code of one engine is written.

    Attributes:
        imports: the import lines of workflows.py and steps.py.
        step: lines above a step.
        workflow: lines above and of a workflow's head, by name of the workflow.
        call: how a workflow calls a step.
        indent: of a workflow's body.
        is_async: workflows and steps are coroutines.
    """

    imports: str
    step: str
    workflow: str
    call: str
    indent: str
    is_async: bool

    def steps(self, noun: str, names: list[str]) -> str:
        """Write the steps."""
        title = noun.title()
        lines = [f'"""The steps of {noun} workflows."""', "", self.imports, f"from .client import {title}Client"]
        lines += [f"from .models import {title}", "", f'CLIENT = {title}Client("https://{noun}.example.com")']
        for name in names:
            verb = VERBS[len(name) % len(VERBS)]
            lines += ["", "", *self.step.format(name=name).splitlines()]
            lines += [f"{'async ' if self.is_async else ''}def {name}({noun}: {title}) -> dict[str, object]:"]
            lines += [f'    """Do it: {name}."""', f"    found = getattr(CLIENT, {verb!r})({noun})"]
            lines += ["    return {'id': " + noun + ".id, 'found': found, 'tags': sorted(" + noun + ".tags)}"]
        return "\n".join(lines) + "\n"

    def workflows(self, rng: random.Random, noun: str, steps: list[str], functions: list[str]) -> str:
        """Write the workflows."""
        title = noun.title()
        used = rng.sample(functions, 5)
        lines = [
            f'"""The workflows of the {noun} service."""',
            "",
            self.imports,
            f"from .models import {title}, {title}Result",
        ]
        lines += [f"from .plans import plan, {', '.join(sorted(used))}", "from .policies import policy_of"]
        lines += [f"from .steps import {', '.join(sorted(steps))}"]
        for index in range(rng.randint(1, 3)):
            name = f"{noun}_flow_{index}"
            lines += [
                "",
                "",
                *self.workflow.format(name=name, title=title, kind=f"{title}Flow{index}", noun=noun).splitlines(),
            ]
            body = [
                f'"""Run a {noun} through, way {index}."""',
                f"chosen = {used[index]}({noun})",
                "planned = plan(chosen)",
            ]
            body += ["if planned.tags:", f"    answer = {self.call.format(step=steps[0], noun='chosen')}"]
            body += [
                f"    chosen.notes['{steps[0]}'] = str(answer)",
                f"decided = policy_of('{index}').decide({used[3]}(chosen))",
            ]
            body += ["for tag in sorted(decided.tags):", "    if tag == 'allowed':"]
            body += [f"        {self.call.format(step=steps[1], noun='chosen')}", "    else:"]
            body += [f"        {self.call.format(step=steps[2], noun=f'{used[4]}(chosen)')}"]
            body += ["try:", f"    {self.call.format(step=steps[3], noun='chosen')}", "except ValueError as error:"]
            body += ["    decided.notes['error'] = str(error)", "return decided"]
            lines += [self.indent + line for line in body]
        return "\n".join(lines) + "\n"

    def tests(self, noun: str) -> str:
        """Write tests, which name the engine and hold no workflow."""
        title = noun.title()
        lines = [
            f'"""Tests of the {noun} service."""',
            "",
            self.imports,
            f"from .models import {title}",
            "from .plans import plan",
        ]
        for number in range(12):
            lines += [
                "",
                "",
                f"def test_plan_{number}() -> None:",
                f"    {noun} = {title}('{number}', tags=['a', 'b'])",
            ]
            lines += [
                f"    planned = plan({noun})",
                f"    assert planned.id.startswith('{number}')",
                "    assert len(planned.tags) >= 4",
            ]
            lines += [f"    assert {noun}.rounded_tags if hasattr({noun}, 'rounded_tags') else planned.notes == {{}}"]
        return "\n".join(lines) + "\n"


ENGINES: dict[str, Engine] = {
    "temporal": Engine(
        "from datetime import timedelta\n\nfrom temporalio import activity, workflow\n",
        "@activity.defn",
        "@workflow.defn\nclass {kind}:\n    @workflow.run\n    async def run(self, {noun}: {title}) -> {title}Result:",
        "await workflow.execute_activity({step}, {noun}, start_to_close_timeout=timedelta(minutes=1))",
        "        ",
        True,
    ),
    "dbos": Engine(
        "from dbos import DBOS\n",
        "@DBOS.step()",
        "@DBOS.workflow()\ndef {name}({noun}: {title}) -> {title}Result:",
        "{step}({noun})",
        "    ",
        False,
    ),
    "holdfast": Engine(
        "import holdfast\n",
        "@holdfast.step",
        "@holdfast.workflow\ndef {name}({noun}: {title}) -> {title}Result:",
        "{step}({noun})",
        "    ",
        False,
    ),
    "restate": Engine(
        "import restate\n\nservice = restate.Service(__name__)\n",
        "# run by `ctx.run_typed`",
        "@service.handler()\nasync def {name}(ctx: restate.Context, {noun}: {title}) -> {title}Result:",
        'await ctx.run_typed("{step}", {step}, {noun})',
        "    ",
        True,
    ),
    "hatchet": Engine(
        "from hatchet_sdk import Context, DurableContext, Hatchet\n\nhatchet = Hatchet()\n",
        "@hatchet.task()",
        "@hatchet.durable_task()\nasync def {name}({noun}: {title}, ctx: DurableContext) -> {title}Result:",
        "await {step}.aio_run({noun})",
        "    ",
        True,
    ),
}
