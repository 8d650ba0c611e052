"""Packages outside the standard library whose functions have no effect that a replay would not repeat.

What they offer is data and its transformation. The few exceptions inside them have entries of their own in the catalogue,
which go first.
"""

from typing import Final

HARMLESS_PACKAGES: Final = frozenset(
    """
    annotated_types attr attrs babel bs4 cattrs dacite dateutil deepdiff emoji html5lib humanize inflect inflection
    isodate jmespath jsonpatch jsonpath_ng jsonpointer jsonref jsonschema markdown marshmallow mashumaro more_itertools
    msgpack msgspec multidict networkx orjson packaging parse phonenumbers pydantic pydantic_core pygments pyparsing
    pyrsistent pytz rapidfuzz regex returns rfc3339 semver simplejson slugify sortedcontainers sqlglot sympy tabulate
    toml tomli tomlkit toolz typeguard typing_extensions typing_inspect tzdata ujson unidecode validators wrapt
    xmltodict yaml yarl zoneinfo
    """.split()
)

HARMLESS_NAMES: Final = frozenset(
    f"agents.{name}"
    for name in """
    Agent AgentHooks AgentOutputSchema FunctionTool GuardrailFunctionOutput Handoff InputGuardrail ItemHelpers ModelSettings
    OutputGuardrail RunConfig RunContextWrapper RunHooks function_tool handoff input_guardrail output_guardrail
    """.split()
)
"""Single names, with their members, of packages too generically called to speak for as a whole: what describes an agent of
the OpenAI Agents SDK. Running one is left to the engine's profile."""
