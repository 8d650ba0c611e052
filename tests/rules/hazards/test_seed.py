"""The names that the catalogue grew from are all in it, under an effect that fits what was said of them."""

import json
from pathlib import Path

import pytest

from holdfast_rules.effect import Effect
from holdfast_rules.hazards import Catalogue

SEED: dict[str, list[str]] = {
    group: names.split() for group, names in json.loads(Path(__file__).with_name("seed_names.json").read_text()).items()
}
CLEAN = {"ast.literal_eval", "contextvars.ContextVar.set"}
"""What the seed lists and is no hazard: an example of a clean name, and what a replay does again (reading is the hazard)."""

EFFECTS_OF_GROUP = {
    "clock": {Effect.CLOCK, Effect.IDENTIFIER, Effect.SLEEP},
    "clock-if-no-arg": {Effect.CLOCK},
    "timezone-local": {Effect.TIMEZONE, Effect.STATE, Effect.NUMERIC_DRIFT},
    "random": {Effect.RANDOMNESS, Effect.STATE},
    "random-if-unseeded": {Effect.RANDOMNESS},
    "uuid": {Effect.IDENTIFIER, Effect.HOST},
    "environment": {Effect.ENVIRONMENT, Effect.STATE},
    "host-identity": {Effect.HOST},
    "process-identity": {Effect.HOST, Effect.STATE},
    "object-identity": {Effect.OBJECT_IDENTITY},
    "network": {Effect.NETWORK, Effect.FILE_READ, Effect.SUBPROCESS, Effect.OUTPUT, Effect.NUMERIC_DRIFT},
    "thread": {Effect.THREAD, Effect.STATE, Effect.SIGNAL},
    "asyncio-timer": {Effect.SLEEP, Effect.CLOCK},
    "numeric-drift": {Effect.NUMERIC_DRIFT},
    "third-party http": {Effect.NETWORK, Effect.SLEEP},
    "third-party cloud": {Effect.NETWORK, Effect.FILE_READ},
    "third-party database": {Effect.DATABASE},
    "third-party messaging": {Effect.NETWORK},
    "third-party llm": {Effect.MODEL, Effect.NETWORK, Effect.DATABASE},
}


@pytest.mark.parametrize("group", SEED)
def test_every_seed_name_has_an_entry(group: str) -> None:
    catalogue = Catalogue.default()
    missing = [name for name in SEED[group] if not catalogue.lookup(name) and name not in CLEAN]
    assert missing == []


@pytest.mark.parametrize("group", EFFECTS_OF_GROUP)
def test_seed_names_have_the_effect_of_their_group(group: str) -> None:
    catalogue = Catalogue.default()
    odd = {
        name: {hazard.effect for hazard in catalogue.lookup(name)}
        for name in SEED[group]
        if not EFFECTS_OF_GROUP[group] & {hazard.effect for hazard in catalogue.lookup(name)}
    }
    assert odd == {}


def test_examples_of_clean_names_have_no_entry() -> None:
    catalogue = Catalogue.default()
    clean = "uuid.uuid3 uuid.uuid5 uuid.UUID ast.literal_eval json.dumps datetime.timedelta sys.maxsize os.path.join"
    assert [name for name in [*CLEAN, *clean.split()] if catalogue.lookup(name)] == []
