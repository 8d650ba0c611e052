"""Every standard-library name of the catalogue exists on the running Python, or its entry says why it does not."""

import importlib
import sys
import warnings

import pytest

from holdfast_rules.hazards import HAZARDS
from holdfast_rules.hazards.hazard import Hazard, Use

REMOVED_MODULES = {"crypt", "nntplib", "telnetlib"}
"""Standard on some supported Pythons and gone from later ones, so `sys.stdlib_module_names` may not list them."""

GIVEN_BY_A_CALL = {hazard.name for hazard in HAZARDS if hazard.use is Use.CLIENT}
"""Below such a name stand the members of what it gives: `logging.getLogger.getChild`."""


def standard() -> dict[str, list[Hazard]]:
    by_module: dict[str, list[Hazard]] = {}
    for hazard in HAZARDS:
        top = hazard.name.partition(".")[0]
        if top in sys.stdlib_module_names or top in REMOVED_MODULES:
            by_module.setdefault(top, []).append(hazard)
    return by_module


def expected(hazard: Hazard) -> bool:
    return (
        (hazard.since is None or sys.version_info[:2] >= hazard.since)
        and (hazard.until is None or sys.version_info[:2] < hazard.until)
        and (not hazard.platform or sys.platform.startswith(hazard.platform))
    )


def exists(dotted: str) -> bool:
    parts = dotted.split(".")
    for depth in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:depth]))
        except ModuleNotFoundError:
            continue
        for part in parts[depth:]:
            if not hasattr(found, part):
                return dotted.rpartition(".")[0] in GIVEN_BY_A_CALL and callable(found)
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("module", sorted(standard()))
def test_names_exist_where_their_entry_says(module: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        wrong = [hazard.name for hazard in standard()[module] if exists(hazard.name) != expected(hazard)]
    assert wrong == []


def test_a_missing_name_is_noticed() -> None:
    assert not exists("time.no_such_clock")
    assert not exists("no_such_module_at_all.name")
