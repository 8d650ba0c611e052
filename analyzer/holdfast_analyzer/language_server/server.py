"""What the client asks and tells, and what it is told."""

import gc
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from holdfast_analyzer.language_server import actions
from holdfast_analyzer.language_server.buffers import encoded, path_of, unsaved
from holdfast_analyzer.language_server.checking import Checks
from holdfast_analyzer.language_server.diagnostics import RulePages, diagnostic_of, diagnostic_of_error, uri_of
from holdfast_analyzer.language_server.hover import hover_text, page_at
from holdfast_analyzer.language_server.positions import Positions, overlaps
from holdfast_analyzer.language_server.project import Checked, Project, Site, project_folder
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.session import is_below
from holdfast_rules.fixes import Fix, Safety
from holdfast_rules.rule import Finding

LOG = logging.getLogger("holdfast.lsp")
WATCHED = ("**/*.py", "**/pyproject.toml", "**/*.json", "**/.gitignore")
"""Files whose change may change a result: code, settings, baselines, what is left out."""

Given = tuple[list[Project], dict[str, bytes], dict[str, int | None]]
"""What to check: the projects, the unsaved buffers, and the versions of the open documents by URI."""
Result = tuple[Checked, dict[str, int | None]]


class Told:
    """What the client was last told.

    Attributes:
        checked: the check that it comes from.
        findings: path → findings, each with its diagnostic.
        diagnostics: URI → what was published.
    """

    def __init__(self) -> None:
        self.checked = Checked()
        self.findings: dict[str, list[tuple[Finding, types.Diagnostic]]] = {}
        self.diagnostics: dict[str, list[types.Diagnostic]] = {}
        self.notices: frozenset[str] = frozenset()


class HoldfastServer(LanguageServer):
    """The server of one client.

    Args:
        pause: seconds without a change before a check begins.
    """

    def __init__(self, pause: float) -> None:
        # Whole texts: editors count lines as Python does, the library's way to apply partial changes ends lines at form feeds.
        super().__init__("holdfast", version("holdfast"), text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._projects: dict[str, Project] = {}
        self._pages = RulePages(_user_cache() / "holdfast" / "rules" / version("holdfast"))
        self.told = Told()
        self.checks: Checks[Given, Result] = Checks(
            take=self.taken,
            run=self.run,
            deliver=self.publish,
            failed=self.report_failure,
            pause=pause,
            after=gc.collect,
        )

    # Checks

    def taken(self) -> Given:
        """Return what there is to check now; projects that the workspace no longer has are closed."""
        documents = list(self.workspace.text_documents.values())
        wanted = self._wanted_projects(documents)
        for path in self._projects.keys() - wanted:
            self._projects.pop(path).close()
        for path in wanted:
            self._projects.setdefault(path, Project(path))
        versions = {document.uri: document.version for document in documents}
        return list(self._projects.values()), unsaved(documents), versions

    def _wanted_projects(self, documents: Sequence[TextDocument]) -> list[str]:
        """Return the workspace's folders without those in others, and the projects of the open files in none."""
        folders = sorted(
            path for folder in self.workspace.folders.values() if (path := _folder(folder.uri)) is not None
        )
        wanted: list[str] = []
        for folder in folders:
            if not is_below(folder, wanted):
                wanted.append(folder)
        for path in sorted(path for document in documents if (path := path_of(document.uri)) is not None):
            if not is_below(path, wanted):
                wanted.append(project_folder(path))
        return wanted

    def run(self, given: Given, is_obsolete: Callable[[], bool]) -> Result:
        """Check all projects."""
        projects, buffers, versions = given
        every = [project.check(buffers, is_obsolete) for project in projects]
        return Checked(
            findings=tuple(finding for checked in every for finding in checked.findings),
            errors=tuple(error for checked in every for error in checked.errors),
            notices=tuple(notice for checked in every for notice in checked.notices),
            given=buffers,
        ), versions

    def publish(self, result: Result) -> None:
        """Tell the client what was found: of files that are open always, of others if it has changed."""
        checked, versions = result
        positions = self.positions(checked)
        by_path: dict[str, list[tuple[Finding, types.Diagnostic]]] = {}
        for finding in checked.findings:
            by_path.setdefault(finding.path, []).append((finding, diagnostic_of(finding, positions, self._pages)))
        diagnostics = {path: [diagnostic for _, diagnostic in found] for path, found in by_path.items()}
        notices = list(checked.notices)
        for error in checked.errors:
            if os.path.isfile(error.path):
                diagnostics.setdefault(error.path, []).append(diagnostic_of_error(error, positions))
            else:
                notices.append(f"{error.path}: {error.message}")
        named = {path: uri for uri in versions if (path := path_of(uri)) is not None}
        by_uri = {named.get(path) or uri_of(path): found for path, found in diagnostics.items()}
        before = self.told.diagnostics
        self.told.checked, self.told.findings, self.told.diagnostics = checked, by_path, by_uri
        for uri in dict.fromkeys([*by_uri, *before, *versions]):
            found = by_uri.get(uri, [])
            if uri in versions or found != before.get(uri, []):
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(uri, found, version=versions.get(uri))
                )
        self._notify(notices)

    def _notify(self, notices: Sequence[str]) -> None:
        """Show what was not shown after the check before."""
        for notice in dict.fromkeys(notices):
            if notice not in self.told.notices:
                self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"holdfast: {notice}"))
        self.told.notices = frozenset(notices)

    def report_failure(self, error: Exception) -> None:
        """Tell of a fault of holdfast's own: a line for the user, the traceback for the log. The server goes on."""
        self.window_log_message(
            types.LogMessageParams(types.MessageType.Error, "".join(traceback.format_exception(error)))
        )
        self._notify([f"internal error: {type(error).__name__}: {error}; the log has more, please report it"])

    def close(self) -> None:
        """Write what is known, once nothing is under way."""
        for project in self._projects.values():
            project.close()

    # Places

    def positions(self, checked: Checked) -> Positions:
        """Return what turns the places of a check into the client's."""
        return Positions(self.workspace.position_codec, SourceLines(given=checked.given).line)

    def findings_in(self, uri: str, range: types.Range) -> list[tuple[Finding, types.Diagnostic]]:
        """Return the findings in a range of a document; none if it has changed since they were found."""
        path = path_of(uri)
        if path is None or not self.is_current(path, uri):
            return []
        return [pair for pair in self.told.findings.get(path, []) if overlaps(pair[1].range, range)]

    async def fixes_of(self, findings: Sequence[Finding]) -> dict[Site, Fix]:
        """Return the fixes of findings by their places."""
        projects = list(self._projects.values())
        every = await self.checks.between(lambda: [project.fixes(findings) for project in projects])
        return {site: fix for fixes in every for site, fix in fixes.items()}

    async def quick_fixes(self, uri: str, range: types.Range) -> list[types.CodeAction | None]:
        """Return what mends the findings in a range, and the comments that silence them."""
        found = self.findings_in(uri, range)
        if not found:
            return []
        fixes = await self.fixes_of([finding for finding, _ in found])
        if self.findings_in(uri, range) != found:
            return []  # typed over meanwhile
        positions = self.positions(self.told.checked)
        offered: list[types.CodeAction | None] = []
        for finding, diagnostic in found:
            fix = fixes.get((finding.code, finding.path, finding.line, finding.column))
            if fix is not None:
                offered.append(actions.mending(finding, fix, positions, self.named, diagnostic))
        for finding, diagnostic in found:
            data = encoded(finding.path, self.workspace.get_text_document(uri).source)
            offered.append(actions.suppression(finding, data, positions, self.named, diagnostic))
        return offered

    async def fix_all(self, uri: str) -> types.CodeAction | None:
        """Return what applies every safe fix of a document."""
        path = path_of(uri)
        if path is None or not self.is_current(path, uri):
            return None
        findings = [finding for finding, _ in self.told.findings.get(path, [])]
        fixes = await self.fixes_of(findings)
        if not self.is_current(path, uri):
            return None
        safe = [fixes[site] for site in sorted(fixes) if fixes[site].safety is Safety.SAFE]
        positions = self.positions(self.told.checked)
        return actions.fixing(safe, "holdfast: apply all safe fixes", actions.FIX_ALL, positions, self.named)

    def named(self, path: str) -> str:
        """Return the URI of a file, as the client names it if it is open."""
        return next((uri for uri in self.workspace.text_documents if path_of(uri) == path), uri_of(path))

    def is_current(self, path: str, uri: str) -> bool:
        """Tell whether a document is as the last check saw it."""
        document = self.workspace.get_text_document(uri)
        return unsaved([document]).get(path) == self.told.checked.given.get(path)


def _user_cache() -> Path:
    """Return the user's folder for what can be made again (XDG Base Directory Specification, 0.8)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))


def _folder(uri: str) -> str | None:
    path = uris.to_fs_path(uri) if uris.uri_scheme(uri) == "file" else None
    return os.path.abspath(path) if path is not None and os.path.isdir(path) else None


def make_server(pause: float) -> HoldfastServer:
    """Return a server with all that it answers.

    Args:
        pause: seconds without a change before a check begins.
    """
    server = HoldfastServer(pause)
    _listen(server)
    _answer(server)
    return server


def _listen(server: HoldfastServer) -> None:
    """Check again whenever the client tells of a change."""

    for method in (
        types.TEXT_DOCUMENT_DID_OPEN,
        types.TEXT_DOCUMENT_DID_CHANGE,
        types.TEXT_DOCUMENT_DID_SAVE,
        types.TEXT_DOCUMENT_DID_CLOSE,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
        types.WORKSPACE_DID_CHANGE_CONFIGURATION,
    ):

        @server.feature(method)
        def check(params: Any) -> None:
            server.checks.request()

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is not None and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in WATCHED]
            registration = types.Registration(
                id="holdfast-files",
                method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers),
            )
            server.client_register_capability(types.RegistrationParams([registration]))
        server.checks.request()

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.checks.close()


def _answer(server: HoldfastServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        at = types.Range(params.position, params.position)
        found = server.findings_in(params.text_document.uri, at)
        if found:
            text, range = hover_text(finding for finding, _ in found), found[0][1].range
            return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), range)
        document = server.workspace.get_text_document(params.text_document.uri)
        lines = document.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if params.position.line >= len(lines):
            return None
        positions = Positions(server.workspace.position_codec, lambda path, line: lines[line - 1])
        page = page_at(lines[params.position.line], positions.character("", params.position))
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, page)) if page else None

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, actions.FIX_ALL]),
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri, only = params.text_document.uri, params.context.only
        found: list[types.CodeAction | None] = []
        if actions.asked_for(only, types.CodeActionKind.QuickFix):
            found += await server.quick_fixes(uri, params.range)
        if only is not None and actions.asked_for(only, actions.FIX_ALL):
            found.append(await server.fix_all(uri))
        return [action for action in found if action is not None]


def serve(pause: float) -> None:
    """Serve one client over standard input and output, until it says that it is done.

    Args:
        pause: seconds without a change before a check begins.
    """
    server = make_server(pause)
    stdout = sys.stdout.buffer
    sys.stdout = sys.stderr  # the protocol's alone: whatever else is printed would break it
    gc.disable()  # what a check leaves behind is collected after it, not amidst the next keystroke
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    try:
        server.start_io(stdout=stdout)
    finally:
        server.close()
