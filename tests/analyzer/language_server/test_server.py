"""`holdfast lsp` as an editor sees it: a process, spoken to in the protocol."""

import asyncio
from pathlib import Path

import pytest
from editor_client import Editor, applied, run
from lsprotocol import types

from holdfast.__main__ import main

FLOW = """\
import holdfast

import helper


@holdfast.workflow
def order(x: int):
    if helper.stamp(x) > 3:
        return 1
    return x
"""
CLEAN = "def stamp(x):\n    return x\n"
HAZARD = "import time\n\n\ndef stamp(x):\n    return time.time()\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A workflow that calls a helper in another file."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / "pyproject.toml").write_text("[tool.holdfast]\n")
    (folder / "flow.py").write_text(FLOW)
    (folder / "helper.py").write_text(CLEAN)
    return folder


def test_findings_follow_what_is_typed_and_come_with_their_chain(project):
    async def session():
        editor = Editor(project)
        answer = await editor.start("--debounce", "20")
        assert answer.server_info is not None
        assert answer.server_info.name == "holdfast"
        helper = project / "helper.py"
        editor.open(helper)
        await editor.until(lambda: "helper.py" in editor.diagnostics)
        assert editor.codes("helper.py") == []
        version = editor.type(helper, HAZARD)
        await editor.until(lambda: editor.codes("helper.py"))
        assert editor.versions["helper.py"] == version
        [found] = editor.diagnostics["helper.py"]
        assert found.code == "DUR101"
        assert found.severity is types.DiagnosticSeverity.Error
        assert found.source == "holdfast"
        assert found.range == types.Range(types.Position(4, 11), types.Position(4, 22))
        assert found.related_information is not None
        places = [(told.location.uri, told.location.range.start.line) for told in found.related_information]
        assert places == [((project / "flow.py").as_uri(), 6), ((project / "flow.py").as_uri(), 7)]
        assert found.code_description is not None
        page = (
            Path.from_uri(found.code_description.href)
            if hasattr(Path, "from_uri")
            else Path(found.code_description.href.removeprefix("file://"))
        )
        assert page.read_text().startswith("# DUR101 wall-clock")
        # The disk was never written: what is typed counts, and what is typed away is gone.
        assert helper.read_text() == CLEAN
        editor.type(helper, CLEAN + "\n")
        await editor.until(lambda: not editor.codes("helper.py"))
        assert await editor.finish() == 0

    run(session)


def test_files_that_are_not_open_are_checked_too_and_again_when_they_change(project):
    async def session():
        (project / "helper.py").write_text(HAZARD)
        editor = Editor(project)
        await editor.start("--debounce", "20")
        await editor.until(lambda: editor.codes("helper.py") == ["DUR101"])
        await editor.until(lambda: editor.registered)
        [registration] = editor.registered
        assert registration.method == "workspace/didChangeWatchedFiles"
        (project / "helper.py").write_text(CLEAN)
        editor.changed_on_disk(project / "helper.py")
        await editor.until(lambda: editor.codes("helper.py") == [])
        assert await editor.finish() == 0

    run(session)


def test_settings_are_read_again_and_those_that_cannot_be_used_leave_the_last_ones(project):
    async def session():
        (project / "helper.py").write_text(HAZARD)
        config = project / "pyproject.toml"
        editor = Editor(project)
        await editor.start("--debounce", "20")
        await editor.until(lambda: editor.codes("helper.py") == ["DUR101"])
        config.write_text('[tool.holdfast]\nignore = ["DUR101"]\n')
        editor.changed_on_disk(config)
        await editor.until(lambda: editor.codes("helper.py") == [])
        config.write_text('[tool.holdfast]\nignor = ["DUR101"]\n')
        editor.changed_on_disk(config)
        await editor.until(lambda: editor.messages)
        assert "ignor" in editor.messages[0]
        assert editor.codes("helper.py") == []
        config.write_text("[tool.holdfast]\n")
        editor.changed_on_disk(config)
        await editor.until(lambda: editor.codes("helper.py") == ["DUR101"])
        assert len(editor.messages) == 1
        assert await editor.finish() == 0

    run(session)


def test_a_comment_that_silences_is_offered_and_works(project):
    async def session():
        helper = project / "helper.py"
        editor = Editor(project)
        await editor.start("--debounce", "20")
        editor.open(helper, HAZARD)
        await editor.until(lambda: editor.codes("helper.py"))
        place = editor.diagnostics["helper.py"][0].range
        offered = await editor.actions(helper, place)
        [silence] = [action for action in offered if "ignore" in action.title]
        assert silence.kind == "quickfix"
        text = applied(HAZARD, silence, helper)
        assert text.splitlines()[4].startswith("    return time.time()  # holdfast: ignore[DUR101] ")
        assert await editor.actions(helper, types.Range(types.Position(0, 0), types.Position(0, 1))) == []
        assert await editor.actions(helper, place, only=["refactor"]) == []
        editor.type(helper, text)
        await editor.until(lambda: not editor.codes("helper.py"))
        assert await editor.finish() == 0

    run(session)


def test_fixes_are_offered_one_by_one_and_all_at_once(project):
    text = """\
import uuid

import holdfast


@holdfast.step
def pay(y):
    return y


@holdfast.workflow
def pick(x: int):
    key = uuid.uuid4()
    for y in {"a", "b"}:
        pay(y)
    return str(key)
"""

    async def session():
        path = project / "pick.py"
        path.write_text("")
        editor = Editor(project)
        await editor.start("--debounce", "20")
        editor.open(path, text)
        await editor.until(lambda: editor.codes("pick.py"))
        assert sorted(editor.codes("pick.py")) == ["DUR103", "DUR201"]
        place = next(found.range for found in editor.diagnostics["pick.py"] if found.code == "DUR103")
        first, *_ = await editor.actions(path, place)
        assert first.is_preferred
        assert [diagnostic.code for diagnostic in first.diagnostics or []] == ["DUR103"]
        assert "key = holdfast.uuid4()" in applied(text, first, path)
        assert [action.kind for action in await editor.actions(path, place)] == ["quickfix", "quickfix"]
        [every] = await editor.actions(path, types.Range(types.Position(0, 0), types.Position(0, 0)), only=["source"])
        assert every.kind == "source.fixAll.holdfast"
        mended = applied(text, every, path)
        assert "key = holdfast.uuid4()" in mended
        assert 'for y in sorted({"a", "b"}):' in mended
        editor.type(path, mended)
        await editor.until(lambda: not editor.codes("pick.py"))
        assert await editor.actions(path, place) == []
        assert path.read_text() == ""
        assert await editor.finish() == 0

    run(session)


def test_hover_shows_the_rules_page_over_a_finding_and_over_its_code_in_a_comment(project):
    async def session():
        helper = project / "helper.py"
        editor = Editor(project)
        await editor.start("--debounce", "20")
        text = HAZARD + "\n\n# see DUR205 and DUR102\n"
        editor.open(helper, text)
        await editor.until(lambda: editor.codes("helper.py"))
        shown = await editor.hover(helper, 4, 15)
        assert "# DUR101 wall-clock" in shown
        assert "workflow `flow:order`" in shown
        assert "# DUR102" in await editor.hover(helper, 7, 20)
        assert await editor.hover(helper, 7, 8) == ""  # there is no such rule
        assert await editor.hover(helper, 0, 1) == ""
        assert await editor.finish() == 0

    run(session)


def test_columns_are_in_the_units_of_the_protocol(project):
    async def session():
        text = "import time\n\n\ndef stamp(x):\n    return ('🦀', time.time())[1]\n"
        editor = Editor(project)
        await editor.start("--debounce", "20")
        editor.open(project / "helper.py", text)
        await editor.until(lambda: editor.codes("helper.py"))
        found = editor.diagnostics["helper.py"][0].range
        # The crab is one character and two units of UTF-16.
        assert (found.start.character, found.end.character) == (18, 29)
        assert await editor.finish() == 0

    run(session)


def test_each_folder_has_its_own_settings_and_an_inner_one_is_not_checked_twice(project, tmp_path):
    async def session():
        other = tmp_path / "other"
        other.mkdir()
        (other / "pyproject.toml").write_text('[tool.holdfast]\nignore = ["DUR101"]\n')
        (other / "flow.py").write_text(FLOW)
        (other / "helper.py").write_text(HAZARD)
        inner = project / "inner"
        inner.mkdir()
        (inner / "single.py").write_text(
            "import time\nimport holdfast\n\n\n@holdfast.workflow\ndef one(x: int):\n    return time.time()\n"
        )
        editor = Editor(project, other, inner)
        await editor.start("--debounce", "20")
        await editor.until(lambda: editor.codes("single.py"))
        assert editor.codes("single.py") == ["DUR101"]
        assert not editor.codes("helper.py")
        assert await editor.finish() == 0

    run(session)


def test_a_file_outside_of_the_folders_is_checked_with_its_own_project_and_one_that_is_left_out_is_not(
    project, tmp_path
):
    async def session():
        outside = tmp_path / "elsewhere" / "alone.py"
        outside.parent.mkdir()
        text = "import time\nimport holdfast\n\n\n@holdfast.workflow\ndef one(x: int):\n    return time.time()\n"
        outside.write_text(text)
        (project / "pyproject.toml").write_text('[tool.holdfast]\nextend-exclude = ["generated.py"]\n')
        (project / "generated.py").write_text("x = 1\n")
        editor = Editor(project)
        await editor.start("--debounce", "20")
        editor.open(outside)
        editor.open(project / "generated.py", text)
        await editor.until(lambda: editor.codes("alone.py") == ["DUR101"] and "generated.py" in editor.diagnostics)
        assert editor.codes("generated.py") == []
        assert await editor.finish() == 0

    run(session)


def test_a_syntax_error_is_shown_where_it_stands_and_goes_when_it_is_mended(project):
    async def session():
        helper = project / "helper.py"
        editor = Editor(project)
        await editor.start("--debounce", "20")
        editor.open(helper, CLEAN + "x = (\n")
        await editor.until(lambda: editor.diagnostics.get("helper.py"))
        [error] = editor.diagnostics["helper.py"]
        assert error.code is None
        assert error.range.start.line == 2
        editor.type(helper, HAZARD)
        await editor.until(lambda: editor.codes("helper.py") == ["DUR101"])
        assert await editor.finish() == 0

    run(session)


def test_a_request_that_fails_and_text_that_is_no_file_leave_the_server_running(project):
    async def session():
        editor = Editor(project)
        await editor.start("--debounce", "20")
        with pytest.raises(Exception, match="missing"):
            await editor.hover(project / "missing.py", 0, 0)
        item = types.TextDocumentItem("untitled:Untitled-1", "python", 1, HAZARD)
        editor.text_document_did_open(types.DidOpenTextDocumentParams(item))
        editor.open(project / "helper.py", HAZARD)
        await editor.until(lambda: editor.codes("helper.py") == ["DUR101"])
        assert await editor.finish() == 0

    run(session)


def test_typing_goes_on_while_a_check_runs_and_the_last_text_is_the_one_that_counts(project):
    async def session():
        helper = project / "helper.py"
        editor = Editor(project)
        await editor.start("--debounce", "0")
        editor.open(helper, HAZARD)
        version = 0
        for number in range(40):
            version = editor.type(helper, HAZARD + "\n" * number)
            await asyncio.sleep(0.005)
        version = editor.type(helper, CLEAN + "\n")
        await editor.until(lambda: editor.versions.get("helper.py") == version)
        assert editor.codes("helper.py") == []
        assert not editor.log
        assert await editor.finish() == 0

    run(session)


def test_without_its_packages_the_command_says_what_to_install(monkeypatch, capsys):
    import sys

    for name in [name for name in sys.modules if name.startswith(("pygls", "holdfast_analyzer.language_server"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    assert main(["lsp"]) == 2
    assert "pip install 'holdfast[lsp]'" in capsys.readouterr().err
