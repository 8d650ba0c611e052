"""From what rules propose to the fixes of findings: what the place of each allows."""

import ast
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from holdfast_analyzer.config.selection import known_rules
from holdfast_analyzer.discover import discover
from holdfast_analyzer.fix.awaiting import awaited
from holdfast_analyzer.fix.extract import extracted
from holdfast_analyzer.fix.sorting import sorted_elements
from holdfast_analyzer.fix.substitute import replaced
from holdfast_analyzer.fix.tree import FileTree, FunctionNode
from holdfast_analyzer.fix.users import Usage, Users, dotted
from holdfast_analyzer.modules import shown_path
from holdfast_analyzer.source import UnreadableSource
from holdfast_rules.facts import Span, UnitFacts
from holdfast_rules.fixes import AwaitCall, Edit, ExtractStep, Fix, Proposal, Replace, Safety, SortElements
from holdfast_rules.rule import Finding, Rule

if TYPE_CHECKING:
    from holdfast_analyzer.analysis import Analysis

Site = tuple[str, str, int, int]
"""A finding's code, path, line and column."""


class Proposed(NamedTuple):
    """What a rule proposes on behalf of one unit."""

    at: Span
    proposal: Proposal | None
    facts: UnitFacts


def with_fixes(findings: Sequence[Finding], analysis: "Analysis") -> tuple[Finding, ...]:
    """Return findings with their fixes.

    Args:
        findings: of a check; what is silenced gets no fix.
        analysis: the check, when it has run.
    """
    open_sites = {site_of(finding) for finding in findings if finding.suppressed is None}
    codes = {finding.code for finding in findings}
    rules = [analysis.caught(rule) for rule in known_rules(analysis.settings) if rule.code in codes]
    proposals = proposed(analysis.facts, rules, open_sites)
    if not proposals:
        return tuple(findings)
    project = _Project(analysis)
    fixed = []
    for finding in findings:
        ways = proposals.get(site_of(finding)) if finding.suppressed is None else None
        fix = project.fix(ways) if ways else None
        fixed.append(msgspec.structs.replace(finding, fix=fix) if fix is not None else finding)
    return tuple(fixed)


def site_of(finding: Finding) -> Site:
    """Return what tells a finding from others of the same check."""
    return finding.code, finding.path, finding.line, finding.column


def proposed(units: Iterable[UnitFacts], rules: Sequence[Rule], sites: set[Site]) -> Mapping[Site, Sequence[Proposed]]:
    """Return what rules propose for some sites, for each of the units that reach it; nothing where they disagree."""
    found: dict[Site, list[Proposed]] = {}
    for facts in units:
        for rule in rules:
            for violation in rule.check(facts) if rule.check is not None else ():
                at = violation.at
                site = (rule.code, at.path, at.line, at.column)
                if site in sites:
                    found.setdefault(site, []).append(Proposed(at, violation.proposal, facts))
    return {
        site: ways
        for site, ways in found.items()
        if ways[0].proposal is not None and all(way.proposal == ways[0].proposal for way in ways)
    }


class _Project:
    """The files of a check, and who uses what in them."""

    def __init__(self, analysis: "Analysis") -> None:
        self._analysis = analysis
        self._trees: dict[str, FileTree | None] = {}
        self._users: Users | None = None

    def fix(self, ways: Sequence[Proposed]) -> Fix | None:
        """Return the fix of one site, or None where its place allows none."""
        at, proposal, facts = ways[0]
        if not self.is_own(at.path) or {way.at for way in ways} != {at}:
            return None
        tree = self.tree(at.path)
        node = tree.at(at.line, at.column, at.end_line, at.end_column) if tree is not None else None
        if tree is None or node is None:
            return None
        function = tree.function_of(node)
        usage = self.users().of(tree, function, facts.unit.engine)
        if isinstance(proposal, SortElements):
            # Sorting what has no order means the same for every user.
            done = sorted_elements(tree, node, proposal)
            return made(done[0], "sort the elements", done[1], Usage("")) if done is not None else None
        if isinstance(proposal, ExtractStep):
            extraction = extracted(tree, node, proposal, usage)
            if extraction is None:
                return None
            name, edits = extraction
            return made(Safety.UNSAFE, f"extract it into the step `{name}`", edits, usage)
        if not isinstance(node, ast.Call):
            return None
        if isinstance(proposal, AwaitCall):
            awaits = awaited(tree, node)
            return made(Safety.SAFE, "await the call", awaits, usage) if awaits is not None else None
        if isinstance(proposal, Replace):
            return self._replaced(tree, node, proposal, usage, facts)
        return None

    def _replaced(
        self, tree: FileTree, call: ast.Call, proposal: Replace, usage: Usage, facts: UnitFacts
    ) -> Fix | None:
        function = tree.function_of(call)
        context = self.context(tree, function, facts) if isinstance(function, FunctionNode) else ""
        for substitute in proposal.substitutes:
            found = replaced(tree, call, substitute, usage, context)
            if found is not None:
                written, edits = found
                safety = Safety.UNSAFE if substitute.adds_operation else Safety.SAFE
                return made(safety, f"write `{' '.join(written.split())}` instead", edits, usage)
        return None

    def context(self, tree: FileTree, function: FunctionNode, facts: UnitFacts) -> str:
        """Return the name of the engine's context in a workflow function, or "" where there is none for sure."""
        if self.users().entry(tree, function, facts.unit.engine) is None:
            return ""
        decorators = {dotted(decorator).rpartition(".")[2] for decorator in function.decorator_list}
        markers = [marker for marker in facts.profile.workflows if marker.context_parameter]
        named = [marker for marker in markers if marker.decorator.rpartition(".")[2] in decorators]
        indexes = {marker.context_parameter[0] for marker in named or markers if marker.context_parameter}
        parameters = [*function.args.posonlyargs, *function.args.args]
        is_method = isinstance(tree.parents[function], ast.ClassDef)
        if len(indexes) != 1:
            return ""
        index = indexes.pop() + is_method
        if index >= len(parameters):
            return ""
        name = parameters[index].arg
        inside = set(ast.walk(function))
        return name if sum(node in inside for node in tree.bindings[name]) == 1 else ""

    def is_own(self, path: str) -> bool:
        """Tell whether a file is the project's own to change."""
        root = os.path.realpath(self._analysis.settings.root or self._analysis.directory)
        file = os.path.realpath(os.path.join(self._analysis.directory, path))
        return self._analysis.program.is_project_path(path) and file.startswith(os.path.join(root, ""))

    def tree(self, path: str) -> FileTree | None:
        """Return a file's tree, or None where it is no Python."""
        if path not in self._trees:
            try:
                self._trees[path] = FileTree(path, self._analysis.program.read(path))
            except (UnreadableSource, RecursionError):
                self._trees[path] = None
        return self._trees[path]

    def users(self) -> Users:
        """Return who uses which function, in every file of the project: those that are not checked count, too."""
        if self._users is None:
            analysis = self._analysis
            paths = set(analysis.files)
            root = analysis.settings.root
            if root and analysis.paths:
                excluded = (*analysis.settings.exclude, *analysis.settings.extend_exclude)
                found = discover([root], directory=analysis.directory, root=root, exclude=excluded)
                prefix = os.path.join(analysis.directory, "")
                paths |= {shown_path(os.path.join(analysis.directory, path), prefix) for path in found.files}
            self._users = Users(sorted(paths), self.tree, analysis.program.read, analysis.facts)
        return self._users


def made(safety: Safety, description: str, edits: Sequence[Edit], usage: Usage) -> Fix:
    """Return a fix: unsafe if others than workflows would feel it."""
    if usage.elsewhere:
        safety = Safety.UNSAFE
        description = f"{description}, although it is used outside of workflow code, too: {usage.elsewhere}"
    return Fix(safety=safety, description=description, edits=tuple(edits))
