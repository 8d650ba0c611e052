"""The objects of SARIF 2.1.0 that a report needs, under the names of the standard.

As msgspec structs, which the base installation has: the packages that model all of SARIF bring pydantic or are no longer kept.
Tests hold every document against the standard's own schema.
"""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field


class Object(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Any object: what is not given is not written."""


class Text(Object, frozen=True, kw_only=True):
    """A message, or a message string of several formats (3.11, 3.12)."""

    text: str
    markdown: str | UnsetType = UNSET


class ArtifactLocation(Object, frozen=True, kw_only=True):
    """A file (3.4)."""

    uri: str | UnsetType = UNSET
    uri_base_id: str | UnsetType = UNSET
    description: Text | UnsetType = UNSET


class Region(Object, frozen=True, kw_only=True):
    """A part of a file; columns count characters from 1, the end is exclusive (3.30)."""

    start_line: int
    start_column: int | UnsetType = UNSET
    end_line: int | UnsetType = UNSET
    end_column: int | UnsetType = UNSET
    snippet: Text | UnsetType = UNSET


class PhysicalLocation(Object, frozen=True, kw_only=True):
    """A place in a file (3.29)."""

    artifact_location: ArtifactLocation
    region: Region | UnsetType = UNSET


class LogicalLocation(Object, frozen=True, kw_only=True):
    """A function (3.33)."""

    name: str
    fully_qualified_name: str
    kind: str


class Location(Object, frozen=True, kw_only=True):
    """A place, and what there is to say of it (3.28)."""

    id: int | UnsetType = UNSET
    physical_location: PhysicalLocation
    logical_locations: list[LogicalLocation] | UnsetType = UNSET
    message: Text | UnsetType = UNSET


class ThreadFlowLocation(Object, frozen=True, kw_only=True):
    """A step on the way from the workflow to the hazard (3.38)."""

    location: Location
    nesting_level: int
    execution_order: int
    importance: str


class ThreadFlow(Object, frozen=True, kw_only=True):
    """All steps (3.37)."""

    locations: list[ThreadFlowLocation]


class CodeFlow(Object, frozen=True, kw_only=True):
    """One way through the program (3.36)."""

    thread_flows: list[ThreadFlow]
    message: Text | UnsetType = UNSET


class Suppression(Object, frozen=True, kw_only=True):
    """What silences a result (3.35)."""

    kind: str
    status: str
    justification: str | UnsetType = UNSET
    location: Location | UnsetType = UNSET


class Replacement(Object, frozen=True, kw_only=True):
    """A part of a file, and what is written in its place (3.57)."""

    deleted_region: Region
    inserted_content: Text


class ArtifactChange(Object, frozen=True, kw_only=True):
    """What a fix changes in a file (3.56)."""

    artifact_location: ArtifactLocation
    replacements: list[Replacement]


class Fix(Object, frozen=True, kw_only=True):
    """What would mend a result (3.55)."""

    description: Text
    artifact_changes: list[ArtifactChange]


class Result(Object, frozen=True, kw_only=True):
    """A finding (3.27)."""

    rule_id: str
    rule_index: int
    level: str
    message: Text
    locations: list[Location]
    related_locations: list[Location] | UnsetType = UNSET
    code_flows: list[CodeFlow] | UnsetType = UNSET
    partial_fingerprints: dict[str, str]
    suppressions: list[Suppression] | UnsetType = UNSET
    baseline_state: str | UnsetType = UNSET
    fixes: list[Fix] | UnsetType = UNSET
    properties: dict[str, Any] | UnsetType = UNSET


class ReportingConfiguration(Object, frozen=True, kw_only=True):
    """How grave a rule's results are unless they say otherwise (3.50)."""

    level: str


class ReportingDescriptor(Object, frozen=True, kw_only=True):
    """A rule (3.49)."""

    id: str
    name: str
    short_description: Text
    full_description: Text
    help: Text
    default_configuration: ReportingConfiguration
    properties: dict[str, Any]


class ToolComponent(Object, frozen=True, kw_only=True):
    """The tool itself (3.19)."""

    name: str
    full_name: str
    version: str
    rules: list[ReportingDescriptor]


class Tool(Object, frozen=True, kw_only=True):
    """What made the run (3.18)."""

    driver: ToolComponent


class Notification(Object, frozen=True, kw_only=True):
    """What went wrong while running (3.58)."""

    level: str
    message: Text
    locations: list[Location] | UnsetType = UNSET


class Invocation(Object, frozen=True, kw_only=True):
    """How the tool ran (3.20)."""

    execution_successful: bool
    tool_execution_notifications: list[Notification] | UnsetType = UNSET


class AutomationDetails(Object, frozen=True, kw_only=True):
    """The series of runs that this one belongs to (3.17)."""

    id: str


class Run(Object, frozen=True, kw_only=True):
    """One run (3.14). `results` and `column_kind` are written whatever they hold."""

    tool: Tool
    invocations: list[Invocation]
    original_uri_base_ids: dict[str, ArtifactLocation]
    automation_details: AutomationDetails
    column_kind: str
    results: list[Result]


class Log(Object, frozen=True, kw_only=True):
    """The document (3.13)."""

    schema: str = field(name="$schema")
    version: str
    runs: list[Run]
