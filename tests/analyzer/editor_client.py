"""An editor: a client of the protocol that talks to `holdfast lsp` in a process of its own."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil
from lsprotocol import types
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
PATIENCE = 90
"""Seconds after which a server that says nothing has failed; what it says ends every wait."""


class Editor(LanguageClient):
    """A client that keeps what it is told.

    Attributes:
        diagnostics: file name → what was last published for it.
        messages: what was shown to the user.
        log: what went to the log.
    """

    def __init__(self, *folders: Path) -> None:
        super().__init__("test-editor", "1")
        self.folders = folders
        self.diagnostics: dict[str, list[types.Diagnostic]] = {}
        self.versions: dict[str, int | None] = {}
        self.messages: list[str] = []
        self.log: list[str] = []
        self.registered: list[types.Registration] = []
        self._told = asyncio.Event()
        self._version = 1
        self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._on_diagnostics(params))
        self.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: self._on_message(params))
        self.feature(types.WINDOW_LOG_MESSAGE)(lambda params: self._on_log(params))
        self.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: self._on_registration(params))

    def _on_diagnostics(self, params: types.PublishDiagnosticsParams) -> None:
        name = params.uri.rpartition("/")[2]
        self.diagnostics[name] = list(params.diagnostics)
        self.versions[name] = params.version
        self._told.set()

    def _on_message(self, params: types.ShowMessageParams) -> None:
        self.messages.append(params.message)
        self._told.set()

    def _on_log(self, params: types.LogMessageParams) -> None:
        self.log.append(params.message)

    def _on_registration(self, params: types.RegistrationParams) -> None:
        self.registered += params.registrations
        self._told.set()

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait until something that the server tells makes a condition true."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._told.clear()
                await self._told.wait()

    async def start(self, *arguments: str) -> types.InitializeResult:
        """Start the server and shake hands."""
        command = (sys.executable, "-m", "holdfast", "lsp", *arguments)
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folders[0].parent / "user_cache")}
        await self.start_io(*command, cwd=self.folders[0].parent, env=environment)
        watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
        result = await self.initialize_async(
            types.InitializeParams(
                process_id=os.getpid(),
                capabilities=types.ClientCapabilities(
                    workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watching)
                ),
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in self.folders],
            )
        )
        self.initialized(types.InitializedParams())
        return result

    def process(self) -> psutil.Process:
        """Return the server's process."""
        assert self._server is not None
        return psutil.Process(self._server.pid)

    async def finish(self) -> int:
        """End the server as an editor does; return its exit status."""
        await self.shutdown_async(None)
        self.exit(None)
        process = self._server
        assert process is not None
        async with asyncio.timeout(PATIENCE):
            status = await process.wait()
        await self.stop()
        return status

    # What a user does

    def open(self, path: Path, text: str | None = None) -> None:
        """Open a file."""
        item = types.TextDocumentItem(path.as_uri(), "python", 1, path.read_text() if text is None else text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, path: Path, text: str) -> int:
        """Change an open file's buffer to another text; return its version."""
        self._version += 1
        self.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self._version, path.as_uri()),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )
        return self._version

    def save(self, path: Path, text: str) -> None:
        """Write a buffer to the disk."""
        path.write_text(text)
        self.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(path.as_uri())))

    def changed_on_disk(self, path: Path) -> None:
        """Tell of a change that something else has made."""
        event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
        self.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    async def hover(self, path: Path, line: int, character: int) -> str:
        """Return what is shown over a place, in Markdown; "" for nothing."""
        found = await self.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(path.as_uri()), types.Position(line, character))
        )
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def actions(self, path: Path, range: types.Range, only: list[str] | None = None) -> list[types.CodeAction]:
        """Return what is offered in a range."""
        found = await self.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(path.as_uri()),
                range,
                types.CodeActionContext(diagnostics=[], only=only),
            )
        )
        return [action for action in found or [] if isinstance(action, types.CodeAction)]

    def codes(self, name: str) -> list[Any]:
        """Return the codes of what is published for a file."""
        return [diagnostic.code for diagnostic in self.diagnostics.get(name, [])]


def applied(text: str, action: types.CodeAction, path: Path) -> str:
    """Return a text of characters in the basic plane after an action's edits, the last first."""
    assert action.edit is not None
    assert action.edit.changes is not None
    lines = text.split("\n")
    edits = action.edit.changes[path.as_uri()]
    for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        before, after = lines[start.line][: start.character], lines[end.line][end.character :]
        lines[start.line : end.line + 1] = (before + edit.new_text + after).split("\n")
    return "\n".join(lines)


def run(session: Callable[[], Awaitable[T]]) -> T:
    """Run a test's coroutine."""
    return asyncio.run(session())  # type: ignore[arg-type]
