"""What the outline of a file says, through `outline(tree)`."""

from textwrap import dedent

from holdfast_analyzer.outline import Outline, outline
from holdfast_analyzer.outline.shape import HandedFunction, ImportOutline, Region, WriteOutline
from holdfast_analyzer.source import SourceText
from holdfast_analyzer.syntax.parse import parse_source


def outlined(text: str) -> Outline:
    return outline(parse_source(SourceText("module.py", dedent(text))))


def written(text: str) -> list[tuple[str, str, str]]:
    return [(write.target, write.how, write.function) for write in outlined(text).writes]


def handed(text: str) -> list[tuple[str, str, int, str, str]]:
    return [(h.callee, h.handed, h.position, h.keyword, h.scope) for h in outlined(text).handed]


def test_imports_are_those_of_the_module_at_any_nesting() -> None:
    found = outlined(
        """\
        import os, a.b
        import a.b as ab
        from . import sibling
        from ..pkg.mod import name as other, second
        from star import *
        try:
            import fast as impl
        except ImportError:
            import slow as impl
        def f():
            import json
        """
    )
    assert found.imports == [
        ImportOutline("os", "os", "", 0, "", 1, False),
        ImportOutline("a", "a", "", 0, "a.b", 1, False),
        ImportOutline("ab", "a.b", "", 0, "", 2, False),
        ImportOutline("sibling", "", "sibling", 1, "", 3, False),
        ImportOutline("other", "pkg.mod", "name", 2, "", 4, False),
        ImportOutline("second", "pkg.mod", "second", 2, "", 4, False),
        ImportOutline("impl", "fast", "", 0, "", 7, False),
        ImportOutline("impl", "slow", "", 0, "", 9, False),
    ]
    assert found.stars == [("star", 0)]


def test_imports_for_types_alone_are_told_apart() -> None:
    found = outlined(
        """\
        import typing as t
        if t.TYPE_CHECKING:
            import a
        else:
            import b
        if not TYPE_CHECKING:
            import c
        else:
            import d
        if TYPE_CHECKING or X:
            import e
        """
    )
    assert {i.bound for i in found.imports if i.typing_only} == {"a", "d"}


def test_functions_know_their_place_decorators_and_kind() -> None:
    found = outlined(
        """\
        @app.task(durable=True, cached=False)
        @plain
        @make()[0]
        async def outer(x: int):
            def inner():
                yield 1
            return inner

        class C:
            @property
            def size(self): return 1
            @size.setter
            def size(self, value): self.value = value
            class D:
                def m(self): return lambda: (yield)
        """
    )
    assert list(found.functions) == ["outer", "outer.<locals>.inner", "C.size", "C.size#2", "C.D.m"]
    outer = found.functions["outer"]
    assert (outer.parent, outer.line, outer.column, outer.region) == ("", 4, 1, Region(1, 7, 0))
    assert outer.decorators == ["app.task", "plain", ""]
    assert outer.decorator_keywords == [["durable"], [], []]
    assert (outer.is_async, outer.is_generator) == (True, False)
    inner = found.functions["outer.<locals>.inner"]
    assert (inner.parent, inner.line, inner.column, inner.is_generator) == ("outer", 5, 5, True)
    assert found.functions["C.D.m"].parent == "C.D"
    assert not found.functions["C.D.m"].is_generator
    assert found.classes["C"].methods == {"size": ["C.size", "C.size#2"]}
    assert list(found.classes) == ["C", "C.D"]


def test_annotations_name_everything_inside_them() -> None:
    found = outlined(
        """\
        def f(a: int, /, b: "pkg.Ctx[T] | None", *args: t.List[dbos.Thing], c: Literal["x.y"] = 1, **kw: 'Simple'): ...
        def g(s: Annotated[Session, Depends(get)], bad: "not valid ["): ...
        """
    )
    assert found.functions["f"].annotations == ["int", "pkg.Ctx", "T", "Literal", "t.List", "dbos.Thing", "Simple"]
    assert found.functions["g"].annotations == ["Annotated", "Session", "Depends", "get"]


def test_classes() -> None:
    found = outlined(
        """\
        @dataclass(frozen=True)
        class Order(Base, Generic[T], make(), metaclass=Meta, table=True):
            id: int
            name = other = 1
            if x:
                late: str = ""
            def __init__(self, client):
                self.client = client
                self.a, self.b = client
                self.typed: int
                self.count += 1
                with client as self.handle:
                    pass
                def later():
                    self.not_seen = 1
            @classmethod
            def build(cls):
                cls.shared = 1
            @staticmethod
            def helper(self):
                self.no = 1
        """
    )
    order = found.classes["Order"]
    assert order.bases == ["Base", "Generic", ""]
    assert order.keywords == ["metaclass", "table"]
    assert (order.decorators, order.decorator_keywords) == (["dataclass"], [["frozen"]])
    assert order.line == 2
    assert order.region == Region(1, 21, 0)
    assert order.attributes == {
        "id": [Region(3, 3, 4)],
        "name": [Region(4, 4, 4)],
        "other": [Region(4, 4, 4)],
        "late": [Region(6, 6, 8)],
    }
    places = {name: [(a.method, a.region) for a in found] for name, found in order.self_assignments.items()}
    assert places == {
        "client": [("Order.__init__", Region(8, 8, 8))],
        "a": [("Order.__init__", Region(9, 9, 8))],
        "b": [("Order.__init__", Region(9, 9, 8))],
        "typed": [("Order.__init__", Region(10, 10, 8))],
        "handle": [("Order.__init__", Region(12, 13, 8))],
        "shared": [("Order.build", Region(18, 18, 8))],
    }


def test_redefinitions_are_kept() -> None:
    found = outlined(
        """\
        def f(): pass
        def f():
            def g(): pass
        class f: pass
        """
    )
    assert list(found.functions) == ["f", "f#2", "f#2.<locals>.g"]
    assert list(found.classes) == ["f#3"]


def test_bindings_of_the_module() -> None:
    found = outlined(
        """\
        a = 1
        b: int = 2
        if a:
            a = 3
        for i, (j, *k) in x:
            a += 1
        with open(p) as fh, q as (r, s.t):
            inside = 1
        try: pass
        except E as e: late = 1
        match a:
            case {"k": v, **rest} if (w := 1): pass
            case [*items] | C(y=z) as whole: pass
        if (walrus := 1): pass
        def f():
            local = 1
        """
    )
    assert found.bindings["a"] == [Region(1, 1, 0), Region(4, 4, 4), Region(6, 6, 4)]
    assert found.bindings["i"] == found.bindings["k"] == [Region(5, 6, 0)]
    assert found.bindings["fh"] == found.bindings["r"] == [Region(7, 8, 0)]
    match = [Region(11, 13, 0)]
    assert [found.bindings[name] for name in ("v", "rest", "w", "items", "z", "whole")] == [match] * 6
    assert found.bindings["walrus"] == [Region(14, 14, 0)]
    assert "local" not in found.bindings
    assert "t" not in found.bindings


def test_exports() -> None:
    assert outlined("__all__ = ['a', 'b']").exports == ["a", "b"]
    assert outlined("__all__ = ('a',) + ('b',)\n__all__ += ['c']\n__all__.append('d')").exports == ["a", "b", "c", "d"]
    assert outlined("__all__: list[str] = []\n__all__.extend(['x'])").exports == ["x"]
    assert outlined("__all__ = ['a'] + other.__all__").exports is None
    assert outlined("__all__ = ['a']\n__all__ += other.__all__").exports is None
    assert outlined("a = 1").exports is None


def test_writes_to_what_outlives_the_call() -> None:
    found = written(
        """\
        import settings, os, a.b
        CACHE = {}
        COUNT = 0
        IDS = iter(())
        def f(param):
            global COUNT, NEW
            COUNT += 1
            for NEW in param: pass
            CACHE["k"] = 1
            CACHE["k"]["deep"].append(1)
            CACHE.setdefault("x", []).append(2)
            del CACHE["k"]
            settings.value = 2
            settings.items["k"].name = 3
            next(IDS)
            setattr(settings, "flag", True)
        def clean(param, CACHE=None):
            CACHE["k"] = 1
            param.append(1)
            own = []
            own.append(2)
            own.attr = 3
            os.remove(param)
            a.b.add(1)
            [CACHE.append(1) for CACHE in param]
            return lambda IDS: next(IDS)
        def closes():
            kept = []
            def inner():
                nonlocal kept
                kept.append(1)
                kept = []
            inner()
        CACHE.update(x=1)
        """
    )
    assert found == [
        ("COUNT", "global", "f"),
        ("NEW", "global", "f"),
        ("CACHE", "mutation", "f"),
        ("CACHE", "mutation", "f"),
        ("CACHE", "mutation", "f"),
        ("CACHE", "mutation", "f"),
        ("settings.value", "attribute", "f"),
        ("settings.items", "mutation", "f"),
        ("IDS", "mutation", "f"),
        ("settings.flag", "attribute", "f"),
    ]


def test_a_late_binding_makes_the_name_local() -> None:
    assert written("X = []\ndef f():\n    X.append(1)\n    if (X := g()): pass") == []
    assert written("X = []\ndef f():\n    X.append(1)\n    X = g()") == []


def test_what_a_function_imports_outlives_the_call() -> None:
    assert written("def f():\n    import settings\n    from m import CACHE\n    settings.x = 1\n    CACHE.add(1)") == [
        ("settings.x", "attribute", "f"),
        ("CACHE", "mutation", "f"),
    ]


def test_writes_to_a_class() -> None:
    assert written(
        """\
        class C:
            registry = {}
            def __init_subclass__(cls):
                cls.registry[cls.__name__] = cls
            @classmethod
            def more(cls):
                cls.count = 1
                cls.items.append(2)
            def method(self):
                self.x = 1
                self.items.append(1)
                type(self).count += 1
                self.__class__.count = 2
                C.count = 3
                def inner():
                    C.other = 1
        """
    ) == [
        ("C.registry", "mutation", "C.__init_subclass__"),
        ("C.count", "attribute", "C.more"),
        ("C.items", "mutation", "C.more"),
        ("C.count", "attribute", "C.method"),
        ("C.count", "attribute", "C.method"),
        ("C.count", "attribute", "C.method"),
        ("C.other", "attribute", "C.method.<locals>.inner"),
    ]


def test_writes_have_columns_in_characters() -> None:
    [write] = outlined('X = []\ndef f():\n    s = "äöü"; X.append(s)\n').writes
    assert write == WriteOutline("X", "mutation", "f", 3, 16)


def test_a_write_after_a_statement_on_the_same_line_is_seen() -> None:
    assert written("X = []\ndef f():\n    a = (1,\n    2); X.append(1)\n") == [("X", "mutation", "f")]
    assert written("X = []\ndef f(a):\n    if (a and\n    X.pop()): return\n") == [("X", "mutation", "f")]
    assert written("X = []\ndef f(a):\n    if (a and\n    X.pop()): a(); X.clear()\n") == [("X", "mutation", "f")] * 2


def test_handed_functions() -> None:
    assert handed(
        """\
        import activities
        from flows import ship
        class W: pass
        def order(): pass
        worker.add_orchestrator(order)
        register("name")(order)
        run(W, fn=activities.charge, other=unknown, *rest, **more)
        @app.on(ship)
        def main(param, order_=Depends(order)):
            def local(): pass
            from lazy import wf
            param.register(local, param, wf)
            x = [call(
                ship,  # the last
            ) for ship in param]
            def nested(order):
                call(order)
                call(activities
                     .charge  # dotted over lines
                )
            return isinstance(x, W)
        class K:
            y = field(default_factory=order)
        """
    ) == [
        ("worker.add_orchestrator", "order", 0, "", ""),
        ("register", "order", 0, "", ""),
        ("run", "W", 0, "", ""),
        ("run", "activities.charge", -1, "fn", ""),
        ("app.on", "ship", 0, "", ""),
        ("Depends", "order", 0, "", ""),
        ("param.register", "local", 0, "", "main"),
        ("param.register", "wf", 2, "", "main"),
        ("call", "activities.charge", 0, "", "main.<locals>.nested"),
        ("field", "order", -1, "default_factory", ""),
    ]


def test_a_function_handed_through_a_result() -> None:
    [found] = outlined('def fn(): pass\nx = (\n    register("x")(fn)\n)\n').handed
    assert found == HandedFunction("register", True, "fn", 0, "", "", Region(2, 4, 0))


def test_functions_of_a_star_import_can_be_handed() -> None:
    assert handed("from acts import *\nregister(charge)\nregister(len)\n") == [("register", "charge", 0, "", "")]


def test_effects_at_import_are_bare_calls_that_an_import_runs() -> None:
    found = outlined(
        """\
        load_dotenv()
        try:
            logging.basicConfig(level=1)
        except E: pass
        get()()
        x = f()
        if __name__ == "__main__":
            main()
        elif y:
            other()
        def g():
            h()
        """
    )
    assert found.effects_at_import == [
        ("load_dotenv", Region(1, 1, 0)),
        ("logging.basicConfig", Region(3, 3, 4)),
        ("", Region(5, 5, 0)),
        ("other", Region(10, 10, 4)),
    ]


def test_generators_are_told_by_their_own_scope() -> None:
    functions = outlined(
        """\
        def a():
            x = yield
        def b():
            return [1 for _ in (yield)]
        def c():
            def inner(): yield from a()
        def d():
            if (y := (yield 1)): pass
        def e(): return "yield"
        """
    ).functions
    assert [name for name, function in functions.items() if function.is_generator] == [
        "a", "b", "c.<locals>.inner", "d",
    ]  # fmt: skip


def test_lines_and_regions_of_a_file_with_other_line_ends() -> None:
    found = outline(parse_source(SourceText("m.py", "a = 1\r\nb = 2\r\n\x0cc = 3")))
    assert (found.lines, found.is_newer) == (3, False)
    assert [found.bindings[name][0].line for name in "abc"] == [1, 2, 3]
    assert outline(parse_source(SourceText("m.py", ""))).lines == 0
