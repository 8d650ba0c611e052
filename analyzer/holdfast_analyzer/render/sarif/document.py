"""From a report to a SARIF document."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import UNSET, UnsetType

from holdfast_analyzer.render.explained import short, step_at
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.render.sarif.model import (
    ArtifactChange,
    ArtifactLocation,
    AutomationDetails,
    CodeFlow,
    Fix,
    Invocation,
    Location,
    Log,
    LogicalLocation,
    Notification,
    PhysicalLocation,
    Region,
    Replacement,
    Result,
    Run,
    Suppression,
    Text,
    ThreadFlow,
    ThreadFlowLocation,
    Tool,
    ToolComponent,
)
from holdfast_analyzer.render.sarif.rules import descriptor
from holdfast_analyzer.report import FileError, Report
from holdfast_rules.facts import Frame
from holdfast_rules.fixes import Edit, Safety
from holdfast_rules.registry import rule
from holdfast_rules.rule import Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""The customary name of the checkout's root, which paths are relative to (3.14.14)."""


def render_sarif(report: Report, presentation: Presentation) -> str:
    """Return the report as a SARIF document.

    Suppressed findings and those of the baseline are in it, and marked as the standard wants it; notes are in it if they
    are shown. The chain of calls is a code flow, and its places are related locations too, for viewers without flows.
    """
    shown = [found for found in report.findings if _is_told(found, presentation)]
    others = {found.code for found in shown} - presentation.enabled
    rules = [rule(code) for code in (*sorted(presentation.enabled), *sorted(others))]
    index = {told.code: number for number, told in enumerate(rules)}
    run = Run(
        tool=Tool(
            driver=ToolComponent(
                name="holdfast",
                full_name="holdfast check",
                version=version("holdfast"),
                rules=[descriptor(told) for told in rules],
            )
        ),
        invocations=[_invocation(report.errors, presentation)],
        original_uri_base_ids={ROOT: ArtifactLocation(description=Text(text="the root of the checkout"))},
        automation_details=AutomationDetails(id="holdfast/check/"),
        column_kind="unicodeCodePoints",
        results=[_Told(found, presentation).result(index[found.code]) for found in shown],
    )
    encoded = msgspec.json.encode(Log(schema=SCHEMA, version="2.1.0", runs=[run]))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _is_told(finding: Finding, presentation: Presentation) -> bool:
    told = msgspec.structs.replace(finding, suppressed=None, baselined=False)
    return presentation.threshold.shows(told)


def _invocation(errors: Sequence[FileError], presentation: Presentation) -> Invocation:
    """Return how the run went: what could not be read is told, the rest was checked all the same."""
    told = []
    for error in errors:
        region = Region(start_line=error.line) if error.line else UNSET
        place = Location(physical_location=_physical(error.path, region, presentation))
        told.append(Notification(level="error", message=Text(text=error.message), locations=[place]))
    return Invocation(execution_successful=True, tool_execution_notifications=told or UNSET)


class _Told:
    """One finding on its way into a document."""

    def __init__(self, finding: Finding, presentation: Presentation) -> None:
        self._finding = finding
        self._presentation = presentation

    def result(self, rule_index: int) -> Result:
        """Return it as a result."""
        finding = self._finding
        return Result(
            rule_id=finding.code,
            rule_index=rule_index,
            level=str(finding.severity),
            message=self._message(),
            locations=[self._primary()],
            related_locations=self._related(),
            code_flows=self._flows(),
            partial_fingerprints={"holdfast/v1": finding.fingerprint},
            suppressions=self._suppressions(),
            baseline_state=self._state(),
            fixes=self._fixes(),
            properties=self._properties(),
        )

    def _message(self) -> Text:
        finding = self._finding
        text = f"{finding.message}; {finding.help}" if finding.help else finding.message
        links = [
            f"{number}. {step_at(finding, number - 1)} at [{frame.path}:{frame.line}]({number})"
            for number, frame in enumerate(self._steps(), 1)
        ]
        # Backticks already are Markdown; a bracket would begin a link.
        lines = [text.replace("[", "\\["), "", *links] if links else []
        return Text(text=text, markdown="\n".join(lines) if lines else UNSET)

    def _primary(self) -> Location:
        finding = self._finding
        end_line = max(finding.end_line, finding.line)
        line = self._presentation.source.line(finding.path, finding.line)
        region = Region(
            start_line=finding.line,
            start_column=finding.column,
            end_line=end_line,
            end_column=max(finding.end_column, 1 if end_line > finding.line else finding.column),
            snippet=Text(text=line) if line is not None and end_line == finding.line else UNSET,
        )
        function = finding.chain[-1].function if finding.chain else ""
        return Location(
            physical_location=_physical(finding.path, region, self._presentation),
            logical_locations=[_logical(function)] if function else UNSET,
        )

    def _steps(self) -> tuple[Frame, ...]:
        """Return the chain without the hazard itself."""
        return self._finding.chain[:-1]

    def _related(self) -> list[Location] | UnsetType:
        return [self._step(number, id=number + 1) for number in range(len(self._steps()))] or UNSET

    def _flows(self) -> list[CodeFlow] | UnsetType:
        chain = self._finding.chain
        if len(chain) < 2:
            return UNSET
        steps = [
            ThreadFlowLocation(
                location=self._step(number),
                nesting_level=number,
                execution_order=number + 1,
                importance="essential" if number in (0, len(chain) - 1) else "important",
            )
            for number in range(len(chain))
        ]
        unit = self._finding.units[0] if self._finding.units else chain[0].function
        said = Text(text=f"how workflow `{unit}` gets there")
        return [CodeFlow(thread_flows=[ThreadFlow(locations=steps)], message=said)]

    def _step(self, number: int, id: int | UnsetType = UNSET) -> Location:
        frame = self._finding.chain[number]
        region = Region(start_line=frame.line, start_column=frame.column)
        return Location(
            id=id,
            physical_location=_physical(frame.path, region, self._presentation),
            logical_locations=[_logical(frame.function)],
            message=Text(text=step_at(self._finding, number)),
        )

    def _suppressions(self) -> list[Suppression] | UnsetType:
        found = self._finding.suppressed
        if found is not None:
            place = _physical(found.path, Region(start_line=found.line), self._presentation)
            return [
                Suppression(
                    kind="inSource",
                    status="accepted",
                    justification=found.reason or UNSET,
                    location=Location(physical_location=place),
                )
            ]
        if self._finding.baselined:
            return [Suppression(kind="external", status="accepted", justification="in the baseline")]
        return UNSET

    def _state(self) -> str | UnsetType:
        if not self._presentation.with_baseline:
            return UNSET
        return "unchanged" if self._finding.baselined else "new"

    def _fixes(self) -> list[Fix] | UnsetType:
        """Return the fix, if it is safe: consumers apply what stands here at a click."""
        fix = self._finding.fix
        if fix is None or fix.safety is not Safety.SAFE:
            return UNSET
        changes = []
        for path in dict.fromkeys(edit.path for edit in fix.edits):
            location = _physical(path, UNSET, self._presentation).artifact_location
            replacements = [_replacement(edit) for edit in fix.edits if edit.path == path]
            changes.append(ArtifactChange(artifact_location=location, replacements=replacements))
        return [Fix(description=Text(text=fix.description), artifact_changes=changes)]

    def _properties(self) -> dict[str, Any] | UnsetType:
        finding = self._finding
        given = {"engine": finding.engine, "symbol": finding.symbol, "units": list(finding.units)}
        return {name: value for name, value in given.items() if value} or UNSET


def _physical(path: str, region: Region | UnsetType, presentation: Presentation) -> PhysicalLocation:
    shown = presentation.in_checkout(path)
    if shown.startswith("/") or ":" in shown.split("/")[0]:
        file = ArtifactLocation(uri="file:///" + quote(shown.lstrip("/")))
    else:
        file = ArtifactLocation(uri=quote(shown), uri_base_id=ROOT)
    return PhysicalLocation(artifact_location=file, region=region)


def _replacement(edit: Edit) -> Replacement:
    region = Region(start_line=edit.line, start_column=edit.column, end_line=edit.end_line, end_column=edit.end_column)
    return Replacement(deleted_region=region, inserted_content=Text(text=edit.text))


def _logical(function: str) -> LogicalLocation:
    return LogicalLocation(
        name=short(function), fully_qualified_name=function.replace(":", ".").strip("."), kind="function"
    )
