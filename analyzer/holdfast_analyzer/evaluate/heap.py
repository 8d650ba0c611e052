"""What containers and instances hold: joined over everything that was ever stored, so that order does not matter."""

from dataclasses import dataclass, field

from holdfast_analyzer.evaluate.values import (
    NO_TAINT,
    NOTHING,
    Container,
    Instance,
    Literal,
    Ref,
    Token,
    Value,
    is_identity,
    join,
    unspent,
    without_identity,
)

MOST_KEYS = 64
"""A dict with more literal keys than this keeps one joined value for the rest."""


@dataclass(slots=True)
class Contents:
    """What one container or instance holds.

    Attributes:
        elements: elements of a sequence or set, or values of a dict under keys that are not literals.
        keys: keys of a dict that are not literals.
        items: values under literal keys, or attributes of an instance.
        taint: hazards that decided what was stored, or in which order.
    """

    elements: Value = NOTHING
    keys: Value = NOTHING
    items: dict[object, Value] = field(default_factory=dict)
    taint: frozenset[Token] = NO_TAINT


class Heap:
    """All containers and instances of one evaluation."""

    def __init__(self) -> None:
        self._contents: dict[Ref, Contents] = {}

    def contents(self, ref: Container | Instance) -> Contents:
        """Return (and create) the contents of `ref`."""
        found = self._contents.get(ref)
        if found is None:
            found = self._contents[ref] = Contents()
        return found

    def alias(self, ref: Ref, other: Ref) -> None:
        """Let `other` be the same object as `ref`."""
        found = self._contents.get(ref)
        if found is None:
            found = self._contents[ref] = Contents()
        self._contents[other] = found

    def is_empty(self, ref: Container) -> bool:
        """Tell whether nothing was stored in a container yet."""
        found = self._contents.get(ref)
        return found is None or (found.elements is NOTHING and not found.items)

    def add(self, ref: Container, value: Value) -> None:
        """Store an element."""
        contents = self.contents(ref)
        contents.elements = join(contents.elements.kept(), value)

    def set_item(self, ref: Container, key: Value, value: Value) -> None:
        """Store `value` under `key`."""
        contents = self.contents(ref)
        literal = literal_key(key)
        if literal is not None and (literal in contents.items or len(contents.items) < MOST_KEYS):
            contents.items[literal] = join(contents.items.get(literal, NOTHING).kept(), value)
        else:
            contents.elements = join(contents.elements.kept(), value)
            contents.keys = join(contents.keys.kept(), key)

    def item(self, ref: Container, key: Value) -> Value:
        """Return what may lie under `key`."""
        contents = self.contents(ref)
        literal = literal_key(key)
        if literal is not None and literal in contents.items:
            return join(contents.items[literal], contents.elements).tainted(contents.taint).kept()
        if literal is not None and ref.kind == "dict" and contents.items and contents.elements is NOTHING:
            return NOTHING
        return self.all_items(ref)

    def all_items(self, ref: Container) -> Value:
        """Return everything that the container may hold."""
        contents = self.contents(ref)
        return join(contents.elements, *contents.items.values()).tainted(contents.taint).kept()

    def set_attribute(self, ref: Instance, name: str, value: Value) -> None:
        """Store an attribute."""
        items = self.contents(ref).items
        items[name] = join(items.get(name, NOTHING).kept(), value)

    def copy_contents(self, ref: Container, other: Container) -> None:
        """Store all that `ref` holds in `other`, too."""
        found = self.contents(ref)
        copy = self.contents(other)
        copy.elements = join(copy.elements, found.elements)
        copy.keys = join(copy.keys, found.keys)
        copy.taint |= found.taint
        for key, value in found.items.items():
            copy.items[key] = join(copy.items.get(key, NOTHING), value)

    def copy_attributes(self, ref: Instance, other: Instance) -> None:
        """Store all attributes of `ref` on `other`, too."""
        found = self._contents.get(ref)
        for name, value in list(found.items.items()) if found is not None else ():
            self.set_attribute(other, str(name), value)

    def attribute(self, ref: Instance, name: str) -> Value | None:
        """Return a stored attribute, or None."""
        found = self._contents.get(ref)
        held = found.items.get(name) if found is not None else None
        return held.kept() if held is not None else None

    def given_taint(self, value: Value) -> frozenset[Token]:
        """Return the taint that an argument brings along as a whole.

        What lies under a dict's literal keys, or in an object's attributes, is left out: the called function sees the
        very object, and reading one item gives that item's taint.
        """
        taint = value.taint
        for ref in value.refs:
            found = self._contents.get(ref) if isinstance(ref, Container) else None
            if found is not None:
                held = found.elements
                # Addresses that tell objects apart say nothing until one of them is read.
                taint |= found.taint | (without_identity(held.taint) if is_identity(held) else held.taint)
                if isinstance(ref, Container) and ref.kind != "dict":
                    taint = taint.union(*(item.taint for item in found.items.values()))
        return unspent(taint)

    def is_key(self, value: Value) -> bool:
        """Tell whether a value's addresses only tell objects apart: an identity, or a tuple or set of such."""
        if is_identity(value):
            return True
        found = [self._contents[ref] for ref in value.refs if isinstance(ref, Container) and ref in self._contents]
        parts = [part for contents in found for part in (contents.elements, contents.keys, *contents.items.values())]
        return bool(parts) and all(is_identity(part) or without_identity(part.taint) is part.taint for part in parts)

    def deep_taint(self, value: Value, depth: int = 2) -> frozenset[Token]:
        """Return the taint of a value and of what it holds, `depth` levels down."""
        taint = unspent(value.taint) if value.taint else NO_TAINT
        if depth:
            for ref in value.refs:
                kind = type(ref)
                held = kind is Container or (kind is Instance and bool(ref.site))  # type: ignore[union-attr]
                found = self._contents.get(ref) if held else None
                if found is None:
                    continue
                if found.taint:
                    taint |= unspent(found.taint)
                for item in (found.elements, *found.items.values()):
                    if depth > 1:
                        taint |= self.deep_taint(item, depth - 1)
                    elif item.taint:
                        taint |= unspent(item.taint)
        return taint


def literal_key(key: Value) -> object:
    """Return a hashable stand-in for a key that is exactly one literal, else None."""
    if len(key.refs) == 1:
        (ref,) = key.refs
        if isinstance(ref, Literal) and ref.kind in ("str", "int", "bool"):
            return (ref.kind, ref.value)
        if isinstance(ref, Instance) and ref.site[:1] == ("member",):
            return ref
    return None
