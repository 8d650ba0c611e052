"""How the catalogue is asked: exact names, patterns, other spellings of a name, uses of what a call gave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast_rules.effect import Effect
from holdfast_rules.hazards import HAZARDS, Catalogue
from holdfast_rules.hazards.hazard import Hazard, Use

PARTS = st.lists(st.sampled_from(["acme", "rpc", "client", "send", "clock"]), min_size=1, max_size=5)


def effects(found: tuple[Hazard, ...]) -> set[Effect]:
    return {hazard.effect for hazard in found}


def test_default_is_one_object_and_holds_the_list() -> None:
    assert Catalogue.default() is Catalogue.default()
    assert Catalogue.default().hazards == HAZARDS


def test_a_name_finds_all_its_entries_and_only_its_own() -> None:
    found = Catalogue.default().lookup("random.seed")
    assert {hazard.name for hazard in found} == {"random.seed"}
    assert effects(found) == {Effect.RANDOMNESS, Effect.STATE}


@pytest.mark.parametrize(
    "name", ["", ".", "acme.time.time", "time", "time.", "time.time.extra", "random.Random.random"]
)
def test_unknown_names_find_nothing(name: str) -> None:
    assert Catalogue.default().lookup(name) == ()


def test_a_pattern_covers_what_is_below_and_not_the_package_itself() -> None:
    catalogue = Catalogue.default()
    assert effects(catalogue.lookup("stripe.Refund.create")) == {Effect.NETWORK}
    assert effects(catalogue.lookup("psutil.sensors_battery")) == {Effect.HOST}
    assert catalogue.lookup("stripe") == ()
    assert catalogue.lookup("stripes.Refund") == ()


def test_an_exact_entry_wins_over_a_pattern() -> None:
    assert effects(Catalogue.default().lookup("stripe.Webhook.construct_event")) == {Effect.CLOCK}


@given(patterns=st.lists(PARTS, min_size=1, max_size=6), dotted=PARTS)
def test_the_longest_pattern_wins(patterns: list[list[str]], dotted: list[str]) -> None:
    catalogue = Catalogue(
        Hazard(name=".".join(parts) + ".*", effect=Effect.CLOCK, note=".".join(parts)) for parts in patterns
    )
    stems = [".".join(dotted[:depth]) for depth in range(len(dotted) - 1, 0, -1)]
    written = {".".join(parts) for parts in patterns}
    expected = set(next(([stem] for stem in stems if stem in written), []))
    assert {hazard.note for hazard in catalogue.lookup(".".join(dotted))} == expected


@given(st.sampled_from([hazard for hazard in HAZARDS if not hazard.name.endswith(".*")]))
def test_every_entry_is_found_by_its_name(hazard: Hazard) -> None:
    assert hazard in Catalogue.default().lookup(hazard.name)


@given(st.text(max_size=40))
def test_any_text_can_be_looked_up(text: str) -> None:
    assert isinstance(Catalogue.default().lookup(text), tuple)


@pytest.mark.parametrize(
    ("defined", "public"),
    [
        ("posixpath.exists", "os.path.exists"),
        ("genericpath.getmtime", "os.path.getmtime"),
        ("posix.getpid", "os.getpid"),
        ("asyncio.tasks.sleep", "asyncio.sleep"),
        ("asyncio.base_events.BaseEventLoop.call_later", "asyncio.AbstractEventLoop.call_later"),
        ("concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
        ("pathlib._local.PosixPath.read_text", "pathlib.Path.read_text"),
        ("_pickle.load", "pickle.load"),
        ("httpx._api.get", "httpx.get"),
        ("openai._client.AsyncOpenAI", "openai.AsyncOpenAI"),
        ("requests.sessions.Session", "requests.Session"),
        ("redis.asyncio.client.Redis", "redis.asyncio.Redis"),
        ("anthropic.lib.bedrock._client.AnthropicBedrock", "anthropic.AnthropicBedrock"),
        ("pandas.core.generic.NDFrame.to_csv", "pandas.DataFrame.to_csv"),
        ("sqlalchemy.orm.session.sessionmaker", "sqlalchemy.orm.sessionmaker"),
        ("celery.app.base.Celery.send_task", "celery.Celery.send_task"),
        ("object.__repr__", "builtins.object.__repr__"),
        ("getattr", "builtins.getattr"),
    ],
)
def test_a_name_is_found_by_where_it_is_defined(defined: str, public: str) -> None:
    found = Catalogue.default().lookup(defined)
    assert found
    assert found == Catalogue.default().lookup(public)
    assert Catalogue.default().canonical(defined) == public


@pytest.mark.parametrize(
    ("origin", "attribute", "effect"),
    [
        ("requests.Session", "get", Effect.NETWORK),
        ("psycopg.connect", "execute", Effect.DATABASE),
        ("psycopg.Connection", "cursor", Effect.DATABASE),
        ("openai.OpenAI", "chat.completions.create", Effect.MODEL),
        ("logging.getLogger", "info", Effect.OUTPUT),
        ("logging.Logger", "exception", Effect.OUTPUT),
        ("loguru.logger.bind", "info", Effect.OUTPUT),
        ("loguru.Logger", "info", Effect.OUTPUT),
        ("boto3.Session.client", "put_object", Effect.NETWORK),
        ("langchain_openai.ChatOpenAI.bind_tools", "invoke", Effect.MODEL),
        ("sqlalchemy.orm.sessionmaker.__call__", "execute", Effect.DATABASE),
        ("weakref.ref", "__call__", Effect.INTERPRETER),
    ],
)
def test_using_a_client_is_the_hazard(origin: str, attribute: str, effect: Effect) -> None:
    assert effects(Catalogue.default().using(origin, attribute)) == {effect}


@pytest.mark.parametrize(
    ("origin", "attribute"),
    [
        ("logging.getLogger", "isEnabledFor"),
        ("logging.getLogger", "getChild"),
        ("httpx.AsyncClient", "__aenter__"),
        ("requests.Session", "headers.update"),
        ("boto3.Session", "client"),
        ("langchain_openai.ChatOpenAI", "bind_tools"),
        ("sqlalchemy.orm.sessionmaker", "__call__"),
        ("uuid.uuid4", "hex"),
        ("acme.Client", "send"),
    ],
)
def test_what_is_harmless_on_a_client_finds_nothing(origin: str, attribute: str) -> None:
    assert Catalogue.default().using(origin, attribute) == ()


@pytest.mark.parametrize("name", ["requests.Session", "openai.OpenAI", "sqlalchemy.create_engine", "logging.getLogger"])
def test_making_a_client_is_harmless(name: str) -> None:
    assert {hazard.use for hazard in Catalogue.default().lookup(name)} == {Use.CLIENT}


@given(st.sampled_from([hazard.name.removesuffix(".*") for hazard in HAZARDS]) | st.text(max_size=40))
def test_canonical_names_stay(name: str) -> None:
    catalogue = Catalogue.default()
    canonical = catalogue.canonical(name)
    assert catalogue.canonical(canonical) == canonical
    assert catalogue.lookup(canonical) == catalogue.lookup(name)


def test_a_class_found_further_up_must_have_an_entry_of_its_own() -> None:
    catalogue = Catalogue.default()
    assert catalogue.lookup("openai.Image.create")
    assert catalogue.lookup("openai.types.image.Image.create") == ()


def test_known_packages() -> None:
    catalogue = Catalogue.default()
    assert catalogue.is_known_package("requests")
    assert catalogue.is_known_package("requests.exceptions.HTTPError")
    assert not catalogue.is_known_package("acme.requests")
    assert not catalogue.is_known_package("")
