"""Real modules, cut about at random and with workflows where nobody would put them: nothing raises, and every workflow is judged."""

import random
import re
import sysconfig
from pathlib import Path

import pytest

from holdfast_analyzer import check_source

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = """
    argparse ast asyncio/tasks asyncio/base_events bdb calendar collections/__init__ concurrent/futures/process
    configparser contextlib copy csv dataclasses difflib dis email/message enum fractions functools heapq http/client
    inspect json/decoder logging/__init__ mailbox multiprocessing/pool optparse pickle pprint queue random
    shutil sqlite3/dump statistics string subprocess tarfile textwrap threading tokenize traceback types typing
    unittest/mock urllib/parse uuid weakref zipfile
""".split()
DEFINITION = re.compile(r"^([ \t]*)(async def|def) ")


def mangled(text: str, rng: random.Random) -> str:
    """Delete lines, swap two, put a stray character in, and make some functions workflows or steps."""
    lines = text.splitlines(keepends=True)
    for _ in range(rng.choice([0, 0, 1, 3])):
        del lines[rng.randrange(len(lines))]
    if rng.random() < 0.2:
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    if rng.random() < 0.1:
        number = rng.randrange(len(lines))
        at = rng.randrange(len(lines[number]))
        lines[number] = lines[number][:at] + rng.choice("()[]{}'\"\\:,.*@#\t\n\f\0é") + lines[number][at:]
    share = rng.choice([0.05, 0.2, 1.0])
    marked = []
    for line in lines:
        definition = DEFINITION.match(line)
        if definition and rng.random() < share:
            kind = rng.choice(["workflow", "workflow", "workflow", "step", "transaction", "workflow(name='x')"])
            marked.append(f"{definition[1]}@holdfast.{kind}\n")
        marked.append(line)
    text = "".join(marked)
    first = re.search(r"^(?:from (?!__future__)|import )", text, re.MULTILINE)
    at = first.start() if first else 0
    return f"{text[:at]}import holdfast\n{text[at:]}"


@pytest.mark.parametrize("seed", range(3))
def test_nothing_raises(seed, folder):
    rng = random.Random(seed)
    units = 0
    for module in rng.sample(MODULES, 12):
        path = LIBRARY / f"{module}.py"
        text = mangled(path.read_text(encoding="utf-8"), rng)
        report = check_source(text, path=f"{module}.py")
        units += len(report.units)
        for error in report.errors:
            assert error.message.startswith(("syntax error: ", "source holds a null byte")), (seed, module, error)
    assert units > 50
