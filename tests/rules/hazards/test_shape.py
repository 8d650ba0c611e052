"""What holds for every entry and every module of the catalogue."""

import importlib
import itertools
import pkgutil
import subprocess
import sys
from collections import Counter

import pytest

from holdfast_rules import hazards
from holdfast_rules.effect import Effect
from holdfast_rules.hazards import HAZARDS
from holdfast_rules.hazards.aliases import MODULES, public_names
from holdfast_rules.hazards.hazard import Use

MODULE_NAMES = [module.name for module in pkgutil.iter_modules(hazards.__path__)]


@pytest.mark.parametrize("name", MODULE_NAMES)
def test_every_module_of_hazards_is_listed_and_says_what_is_in_it(name: str) -> None:
    module = importlib.import_module(f"holdfast_rules.hazards.{name}")
    assert module.__doc__
    assert set(getattr(module, "HAZARDS", ())) <= set(HAZARDS)


def test_every_effect_has_names() -> None:
    assert {hazard.effect for hazard in HAZARDS} == set(Effect)


def test_no_entry_is_written_twice() -> None:
    # An absent mode reads and a writing mode writes: the same name may have the same effect under another condition.
    counts = Counter((hazard.name, hazard.effect, hazard.when) for hazard in HAZARDS)
    assert [name for (name, _, _), count in counts.items() if count > 1] == []


def test_names_are_dotted_and_patterns_end_in_a_star() -> None:
    odd = [
        hazard.name
        for hazard in HAZARDS
        if "." not in hazard.name or not all(part.isidentifier() for part in hazard.name.removesuffix(".*").split("."))
    ]
    assert odd == []


def test_only_clients_have_harmless_attributes() -> None:
    assert {hazard.use for hazard in HAZARDS if hazard.harmless} <= {Use.CLIENT, Use.CONNECT}


def test_moved_modules_lead_somewhere_and_not_in_a_circle() -> None:
    for module in MODULES:
        names = list(itertools.islice(public_names(f"{module}.name"), 10))
        assert 1 < len(names) < 10
        assert f"{module}.name" not in names


def test_loading_the_catalogue_imports_nothing_that_it_names() -> None:
    program = (
        "import sys; before = set(sys.modules); import msgspec, enum, functools, collections.abc, typing;"
        "allowed = set(sys.modules); import holdfast_rules.hazards;"
        "print(*sorted(name for name in set(sys.modules) - allowed if not name.startswith('holdfast_rules')))"
    )
    # The paths of this interpreter, since the package may be installed or run from its sources.
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
