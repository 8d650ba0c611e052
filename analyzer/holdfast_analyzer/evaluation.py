"""Evaluates the workflows of files. Imported for the first facts that no earlier run has left: the evaluator is large."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from holdfast_analyzer.collect import collect
from holdfast_analyzer.evaluate.engine_index import EngineIndex
from holdfast_analyzer.evaluate.evaluator import Evaluator
from holdfast_analyzer.evaluate.operation_names import literal_keyword
from holdfast_analyzer.evaluate.values import Function
from holdfast_analyzer.module_view import ModuleView
from holdfast_analyzer.outline.shape import FunctionOutline
from holdfast_analyzer.program import Program
from holdfast_analyzer.shape import shape_problems
from holdfast_analyzer.skeleton import Skeletons
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.units import EvaluatedUnit, UnitFinder
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import UnitFacts


class Role(StrEnum):
    """What an engine's decorator makes of a function that is no workflow."""

    STEP = "step"
    NEVER_REPLAYED = "never replayed"
    """a query or a validator"""


class Evaluation:
    """The evaluators of one check, one an engine: what they have read of a module serves all workflows that reach it.

    Args:
        program: the files.
        skeletons: tell the skeletons of workflows, too.
        functions: tell the functions that workflows reach, too.
    """

    def __init__(self, program: Program, *, skeletons: bool = False, functions: bool = False) -> None:
        self._program = program
        self._wants_skeletons = skeletons
        self._wants_functions = functions
        self._skeletons: dict[str, Skeletons] = {}
        self._finders: dict[str, UnitFinder] = {}

    def facts(self, view: ModuleView, profiles: Iterable[Profile]) -> list[UnitFacts]:
        """Evaluate the workflows of one file, engine by engine.

        Args:
            view: the file.
            profiles: the engines.

        Returns:
            The facts of each workflow. Nesting beyond the interpreter's reach is an error entry.
        """
        found: list[UnitFacts] = []
        for profile in profiles:
            finder = self._finder(profile)
            taken: dict[str, str] = {}
            try:
                for unit in finder.units(view):
                    shape = shape_problems(unit, view, profile, unit.handlers, taken)
                    facts = collect(unit, profile, shape, functions=self._wants_functions)
                    found.append(self.with_skeleton(facts, unit, view, finder.ev) if self._wants_skeletons else facts)
            except RecursionError:
                self._program.error(
                    view.path, 1, "calls or expressions nest too deeply to be followed; the rest was checked"
                )
        return found

    def role(self, view: ModuleView, function: FunctionOutline, profiles: Iterable[Profile]) -> tuple[Role, str] | None:
        """Return what the decorators of a function make of it, and how the code writes that decorator.

        Args:
            view: the file.
            function: one of its functions.
            profiles: the engines whose decorators count.

        Returns:
            None for a function of no role of its own.
        """
        for profile in profiles:
            finder = self._finder(profile)
            for text in function.decorators:
                for name in finder.resolved(view, text, function.parent):
                    if finder.index.step_decorators.get(name) is not None:
                        return Role.STEP, text
                    if name in finder.index.excluded_decorators:
                        return Role.NEVER_REPLAYED, text
        return None

    def is_trusted(self, view: ModuleView, function: FunctionOutline) -> bool:
        """Tell whether the project vouches for a function, so that it is not entered."""
        return self._program.is_trusted(Function(view.path, function.qualname, (function.line, function.column)))

    def _finder(self, profile: Profile) -> UnitFinder:
        finder = self._finders.get(profile.name)
        if finder is None:
            finder = self._finders[profile.name] = UnitFinder(Evaluator(self._program, EngineIndex(profile)))
        return finder

    def with_skeleton(self, facts: UnitFacts, unit: EvaluatedUnit, view: ModuleView, ev: Evaluator) -> UnitFacts:
        """Return the facts with what a comparison needs: the recorded name, the version by hand, the operations."""
        skeletons = self._skeletons.get(facts.profile.name)
        if skeletons is None:
            skeletons = self._skeletons[facts.profile.name] = Skeletons(ev)
        outline = unit.function or unit.cls
        name, version = f"{view.name}.{outline.qualname}" if outline is not None else facts.unit.id, ""
        if outline is not None:
            given = {keyword for keywords in outline.decorator_keywords for keyword in keywords}
            wanted = facts.profile.version_keyword
            if given & {"name", wanted}:
                decorators = [
                    decorator
                    for node in view.statements(outline.region)
                    if isinstance(node, ir.FunctionDef | ir.ClassDef)
                    for decorator in node.decorators
                ]
                name = literal_keyword(decorators, "name") or name
                version = literal_keyword(decorators, wanted) if wanted else ""
        return msgspec.structs.replace(facts, name=name, version=version, skeleton=skeletons.of(unit))
