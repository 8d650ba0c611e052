"""Evaluates the workflows of files. Imported for the first facts that no earlier run has left: the evaluator is large."""

from collections.abc import Iterable

from holdfast_analyzer.collect import collect
from holdfast_analyzer.evaluate.engine_index import EngineIndex
from holdfast_analyzer.evaluate.evaluator import Evaluator
from holdfast_analyzer.program import ModuleView, Program
from holdfast_analyzer.shape import shape_problems
from holdfast_analyzer.units import UnitFinder
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import UnitFacts


class Evaluation:
    """The evaluators of one check, one an engine: what they have read of a module serves all workflows that reach it.

    Args:
        program: the files.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
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
                    found.append(collect(unit, profile, shape_problems(unit, view, profile, unit.handlers, taken)))
            except RecursionError:
                self._program.error(
                    view.path, 1, "calls or expressions nest too deeply to be followed; the rest was checked"
                )
        return found
