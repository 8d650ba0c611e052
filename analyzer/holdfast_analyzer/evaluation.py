"""Evaluates the workflows of files. Imported for the first facts that no earlier run has left: the evaluator is large."""

from collections.abc import Iterable

import msgspec

from holdfast_analyzer.collect import collect
from holdfast_analyzer.evaluate.engine_index import EngineIndex
from holdfast_analyzer.evaluate.evaluator import Evaluator
from holdfast_analyzer.evaluate.operation_names import literal_keyword
from holdfast_analyzer.program import ModuleView, Program
from holdfast_analyzer.shape import shape_problems
from holdfast_analyzer.skeleton import Skeletons
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.units import EvaluatedUnit, UnitFinder
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import UnitFacts


class Evaluation:
    """The evaluators of one check, one an engine: what they have read of a module serves all workflows that reach it.

    Args:
        program: the files.
        skeletons: tell the skeletons of workflows, too.
    """

    def __init__(self, program: Program, *, skeletons: bool = False) -> None:
        self._program = program
        self._wants_skeletons = skeletons
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
            finder = self._finders.get(profile.name)
            if finder is None:
                finder = self._finders[profile.name] = UnitFinder(Evaluator(self._program, EngineIndex(profile)))
            taken: dict[str, str] = {}
            try:
                for unit in finder.units(view):
                    facts = collect(unit, profile, shape_problems(unit, view, profile, unit.handlers, taken))
                    found.append(self.with_skeleton(facts, unit, view, finder.ev) if self._wants_skeletons else facts)
            except RecursionError:
                self._program.error(
                    view.path, 1, "calls or expressions nest too deeply to be followed; the rest was checked"
                )
        return found

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
