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
