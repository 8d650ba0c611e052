"""The JSON schema of `[tool.holdfast]`, made from the types that read it, for editors and validators of pyproject.toml."""

import inspect
import re
from typing import Any

import msgspec

from holdfast_analyzer.config.settings import Settings
from holdfast_analyzer.config.table import FIELDS
from holdfast_rules.engines.profile import Profile
from holdfast_rules.registry import RULES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SELECTED = frozenset({"select", "ignore", "extend-select"})
"""Keys whose values name rules."""

_ATTRIBUTE = re.compile(r"^    (\w+(?:, \w+)*): (.*(?:\n        .*)*)", re.MULTILINE)
"""An entry of a docstring's `Attributes:`, with the lines that continue it."""


def table_schema() -> dict[str, Any]:
    """Return the schema of the table: each key with its type, its default, and what it is for."""
    _, definitions = msgspec.json.schema_components([Settings], ref_template="#/$defs/{name}")
    settings = definitions.pop(Settings.__name__)
    told = _attributes(Settings)
    properties = {}
    for key, encoded in FIELDS.items():
        properties[key] = {"description": told.get(encoded.name, ""), **_without_null(settings["properties"][key])}
    selector = {"$ref": "#/$defs/Selector"}
    for key in SELECTED:
        properties[key]["items"] = selector
    properties["per-file-ignores"]["additionalProperties"]["items"] = selector
    properties["severity"]["propertyNames"] = {"$ref": "#/$defs/Rule"}
    properties["effects"]["propertyNames"] = {"$ref": "#/$defs/Effect"}
    definitions[Profile.__name__]["required"].remove("title")  # the name, unless another is given
    for definition in definitions.values():
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
        if "description" in definition:
            definition["description"] = definition["description"].partition("\n")[0]
    definitions |= _selectors()
    return {
        "$schema": DIALECT,
        "title": "[tool.holdfast]",
        "description": "Settings of holdfast in pyproject.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": dict(sorted(definitions.items())),
    }


def _selectors() -> dict[str, Any]:
    """Return what names a rule, and what may select several."""
    names = [rule.name for rule in RULES]

    def of_plugins(digits: str) -> dict[str, str]:
        return {"type": "string", "pattern": f"^(?![Dd][Uu][Rr])[A-Za-z]{{3}}[0-9]{digits}$"}

    return {
        "Rule": {
            "description": "a rule, by its code or name",
            "anyOf": [{"enum": [rule.code for rule in RULES]}, {"enum": names}, of_plugins("{3}")],
        },
        "Selector": {
            "description": "rules, by a code, the first part of codes, or a name",
            "anyOf": [{"type": "string", "pattern": "^[Dd][Uu][Rr][0-9]{0,3}$"}, {"enum": names}, of_plugins("{0,3}")],
        },
    }


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without null, which TOML has no way to write: such a key is left out."""
    kept = {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
    others = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(others) == 1:
        return {**others[0], **kept}
    return {**kept, "anyOf": others} if others else kept


def _attributes(kind: type) -> dict[str, str]:
    """Return what the docstring of a class says of its attributes, in the words of a settings file."""
    found = {}
    for names, text in _ATTRIBUTE.findall(inspect.getdoc(kind) or ""):
        said = " ".join(text.split()).rstrip(".")
        said = said.replace("relative to `root`", "relative to the project's folder").replace(
            "below `root`", "below it"
        )
        for name in names.split(", "):
            found[name] = said.replace("None for ", "left out for ")
    return found
