"""A project under random edits: whatever the order, a warm check, a session's with unsaved buffers too, says what a cold one says."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from holdfast_analyzer.api import analyze
from holdfast_analyzer.config import ConfigError, effective_settings
from holdfast_analyzer.report import Report
from holdfast_analyzer.session import Session

LONG_AGO = 1_600_000_000
"""Seconds: a file that changed within the last two seconds is read again in any case, which would hide a stale fact."""

MODULES = ("flow", "tools", "clocks", "pkg/__init__", "pkg/deep", "pkg/other", "generated")
FUNCTIONS = ("stamp", "pick", "send")
BODIES = (
    "return x",
    "return time.time()",
    "return random.choice([x, 1])",
    "print(x)\n    return x",
    "return [y for y in {x, 2}]",
    "STATE[x] = 1\n    return x",
    "return x.unknown()",
    "return keep(x)",
    "return os.environ.get('X')  # holdfast: ignore[DUR106] fixed at deployment",
    "return time.time()  # noqa: DUR101",
    "raise ValueError(x)",
)
ENDS = ("", "def broken(:\n", "x = (\n", "if True:\nx = 1\n")
"""What may stand at the end of a file: nothing, or what makes it no Python."""
LEFT_OUT = 'extend-exclude = ["generated.py"]'
"""Code that is not checked, and followed all the same where checked code calls it."""
TABLES = (
    "",
    "[tool.holdfast]\n",
    f"[tool.holdfast]\n{LEFT_OUT}\n",
    f'[tool.holdfast]\n{LEFT_OUT}\nignore = ["DUR101"]\n',
    f'[tool.holdfast]\n{LEFT_OUT}\nselect = ["DUR"]\n',
    '[tool.holdfast]\nextend-exclude = ["generated.py", "pkg"]\n',
    f'[tool.holdfast]\n{LEFT_OUT}\nmin-severity = "note"\n',
    '[tool.holdfast]\nengines = ["dbos"]\n',
    f'[tool.holdfast]\n{LEFT_OUT}\ntrusted = ["tools.*"]\n',
    f'[tool.holdfast]\n{LEFT_OUT}\n[tool.holdfast.severity]\nDUR101 = "note"\n',
    '[tool.holdfast.effects]\nwall-clock = ["tools.stamp"]\n',
)


class Module:
    """A file of the project.

    Attributes:
        functions: name → body.
        imports: modules that it imports, each with the function that its own functions call there.
        workflow: whether its functions are workflows.
        end: what stands behind everything else.
    """

    def __init__(self) -> None:
        self.functions: dict[str, str] = {"stamp": BODIES[0]}
        self.imports: list[tuple[str, str, str]] = []
        self.is_workflow = False
        self.end = ""

    def text(self) -> str:
        """The source."""
        lines = ["import os", "import random", "import time"]
        if self.is_workflow:
            lines.append("import holdfast")
        calls = []
        for module, function, form in self.imports:
            dotted = module.removesuffix("/__init__").replace("/", ".")
            if form == "module":
                lines.append(f"import {dotted}")
                calls.append(f"    x = {dotted}.{function}(x)")
            elif form == "name":
                lines.append(f"from {dotted} import {function} as imported_{function}")
                calls.append(f"    x = imported_{function}(x)")
            elif form == "star":
                lines.append(f"from {dotted} import *")
            else:
                calls += [f"    from {dotted} import {function} as late", "    x = late(x)"]
        lines += ["STATE = {}", "keep = str", ""]
        for name, body in self.functions.items():
            decorator = ["@holdfast.workflow"] if self.is_workflow else []
            lines += ["", *decorator, f"def {name}(x: int):", *calls, f"    {body}", ""]
        return "\n".join(lines) + "\n" + self.end


def said(report: Report) -> Any:
    """All of a report but its duration."""
    return msgspec.to_builtins(msgspec.structs.replace(report, seconds=0.0))


class Edits(RuleBasedStateMachine):
    """The project on disk, its cache, a session that lives as long, and buffers that are not saved."""

    modules = st.sampled_from(MODULES)
    existing = st.runner().flatmap(lambda self: st.sampled_from(sorted(self.project)))

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="holdfast-stateful-")).resolve()
        self.before = Path.cwd()
        os.chdir(self.folder)
        (self.folder / ".git").mkdir()
        self.clock = LONG_AGO
        self.project: dict[str, Module] = {}
        self.table = ""
        self.unsaved: dict[str, bytes] = {}
        self.session: Session | None = None

    def teardown(self) -> None:
        """Leave nothing behind."""
        if self.session is not None:
            self.session.close()
        os.chdir(self.before)
        shutil.rmtree(self.folder)

    def path(self, module: str) -> Path:
        """Where a module lies."""
        return self.folder / f"{module}.py"

    def write(self, path: Path, text: str) -> None:
        """Write a file as if it had been written long ago, after all others."""
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        self.clock += 10
        os.utime(path, (self.clock, self.clock))

    def save(self, module: str) -> None:
        """Write a module, unless it is as it was."""
        path, text = self.path(module), self.project[module].text()
        if not path.exists() or path.read_text() != text:
            self.write(path, text)
        self.unsaved.pop(str(path), None)

    @initialize()
    def begin(self) -> None:
        """A workflow that calls a helper."""
        self.project["flow"] = Module()
        self.project["flow"].is_workflow = True
        self.project["flow"].imports = [("tools", "stamp", "module")]
        self.project["tools"] = Module()
        self.project["tools"].imports = [("generated", "stamp", "name")]
        self.configure(TABLES[2])
        self.save("flow")
        self.save("tools")

    # Edits

    @rule(module=modules)
    def add_file(self, module: str) -> None:
        """Add a file; there may be one."""
        self.project.setdefault(module, Module())
        self.save(module)

    @precondition(lambda self: self.project)
    @rule(module=existing)
    def remove_file(self, module: str) -> None:
        """Remove a file."""
        del self.project[module]
        self.path(module).unlink()
        self.unsaved.pop(str(self.path(module)), None)

    @precondition(lambda self: self.project)
    @rule(module=existing, new=modules)
    def rename_file(self, module: str, new: str) -> None:
        """Rename a file, over another one perhaps; nothing that imports it follows."""
        self.project[new] = self.project.pop(module)
        self.path(new).parent.mkdir(exist_ok=True)
        self.path(module).rename(self.path(new))
        self.unsaved.pop(str(self.path(module)), None)
        self.unsaved.pop(str(self.path(new)), None)
        self.save(new)

    @precondition(lambda self: self.project)
    @rule(module=existing, name=st.sampled_from(FUNCTIONS), body=st.sampled_from(BODIES))
    def write_function(self, module: str, name: str, body: str) -> None:
        """Add a function, or change its body."""
        self.project[module].functions[name] = body
        self.save(module)

    @precondition(lambda self: self.project)
    @rule(module=existing, name=st.sampled_from(FUNCTIONS))
    def remove_function(self, module: str, name: str) -> None:
        """Remove a function, which others may still call."""
        self.project[module].functions.pop(name, None)
        self.save(module)

    @precondition(lambda self: self.project)
    @rule(module=existing, old=st.sampled_from(FUNCTIONS), new=st.sampled_from(FUNCTIONS))
    def rename_function(self, module: str, old: str, new: str) -> None:
        """Rename a function, over another one perhaps."""
        functions = self.project[module].functions
        if old in functions:
            functions[new] = functions.pop(old)
        self.save(module)

    @precondition(lambda self: self.project)
    @rule(
        module=existing,
        imports=st.lists(
            st.tuples(modules, st.sampled_from(FUNCTIONS), st.sampled_from(("module", "name", "star", "late"))),
            max_size=2,
        ),
    )
    def change_imports(self, module: str, imports: list[tuple[str, str, str]]) -> None:
        """Import other modules: missing ones, itself, in circles."""
        self.project[module].imports = imports
        self.save(module)

    @precondition(lambda self: self.project)
    @rule(module=existing)
    def turn_into_workflows_or_back(self, module: str) -> None:
        """Decorate the functions of a module, or take the decorators away."""
        self.project[module].is_workflow = not self.project[module].is_workflow
        self.save(module)

    @precondition(lambda self: self.project)
    @rule(module=existing, end=st.sampled_from(ENDS))
    def break_or_mend(self, module: str, end: str) -> None:
        """Make a file no Python, or Python again."""
        self.project[module].end = end
        self.save(module)

    @rule(body=st.sampled_from(BODIES))
    def generate_or_remove(self, body: str) -> None:
        """Let the module that is left out come and go: no key of the cache tells of it, only where imports lead."""
        if "generated" in self.project:
            self.remove_file("generated")
        else:
            self.project["generated"] = Module()
            self.write_function("generated", "stamp", body)

    @rule(table=st.sampled_from(TABLES))
    def configure(self, table: str) -> None:
        """Change the settings."""
        self.table = table
        self.write(self.folder / "pyproject.toml", table)

    @precondition(lambda self: self.project)
    @rule(module=existing, body=st.sampled_from(BODIES), end=st.sampled_from(ENDS))
    def type(self, module: str, body: str, end: str) -> None:
        """Change an editor's buffer, not the file."""
        buffer = self.project[module].text() + f"\n\ndef stamp(x):\n    {body}\n{end}"
        self.unsaved[str(self.path(module))] = buffer.encode()

    @rule()
    def revert(self) -> None:
        """Throw the buffers away."""
        self.unsaved.clear()

    # What must hold

    @invariant()
    def warm_is_cold(self) -> None:
        """The cache on disk, that of a session, and none: all say the same."""
        if not self.project:
            return
        try:
            found = effective_settings([self.folder]).settings
        except ConfigError as error:
            raise AssertionError(f"the settings are meant to be usable: {error}") from error
        found = msgspec.structs.replace(found, jobs=1)
        cold = msgspec.structs.replace(found, cache_dir=None)
        assert said(analyze(["."], found)) == said(analyze(["."], cold))
        # A session checks what it is started with; other settings are another session, over the same cache.
        if self.session is None or self.session.settings != found:
            if self.session is not None:
                self.session.close()
            self.session = Session([str(self.folder)], found)
        # The buffer of a file that is left out only stands in where the file is imported.
        if any(self.is_left_out(Path(path)) for path in self.unsaved):
            return
        expected = said(analyze(["."], cold, given=self.unsaved))
        assert said(self.session.check(self.unsaved)) == expected
        assert said(self.session.check(self.unsaved)) == expected

    def is_left_out(self, path: Path) -> bool:
        """Whether the settings leave a file out."""
        inside = path.relative_to(self.folder).parts
        return f'"{inside[-1]}"' in self.table or f'"{inside[0]}"' in self.table


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=10,
    stateful_step_count=16,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
