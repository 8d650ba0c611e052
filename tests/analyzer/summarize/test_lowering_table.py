"""What each construct of Python is lowered to, as a table: source text, and the representation without its positions.

Names and constants stand bare, other nodes as `Type(fields)` in the order of `ir.py`.
"""

from collections.abc import Callable

import pytest

from holdfast_analyzer.summarize import ir

TABLE = [
    (
        "x = f(a, *b, k=1, **c)",
        "Assign([x], Call(f, [a, *b, k=1, **c]))",
    ),
    (
        "a = b = c, d",
        "Assign([a, b], Display(tuple, [c, d]))",
    ),
    (
        "x += 1",
        "AugmentedAssign(x, +, 1)",
    ),
    (
        'x: "list[int]" = y',
        "AnnotatedAssign(x, Subscript(list, int), y)",
    ),
    (
        'x: Literal["a"] | "B"',
        "AnnotatedAssign(x, Operation(binary, |, [Subscript(Literal, 'a'), B]), None)",
    ),
    (
        "del a, b.c",
        "Delete([a, Attribute(b, c)])",
    ),
    (
        "del (a, b)",
        "Delete([Display(tuple, [a, b])])",
    ),
    (
        "a[1], *b = c",
        "Assign([Display(tuple, [Subscript(a, 1), Starred(b)])], c)",
    ),
    (
        "x = a if b else c",
        "Assign([x], Conditional(b, a, c))",
    ),
    (
        "x = a < b not in c is not d",
        "Assign([x], Operation(compare, < not in is not, [a, b, c, d]))",
    ),
    (
        "x = a and b and c or not d",
        "Assign([x], Operation(bool, or, [Operation(bool, and, [a, b, c]), Operation(unary, not, [d])]))",
    ),
    (
        "x = -a ** b",
        "Assign([x], Operation(unary, -, [Operation(binary, **, [a, b])]))",
    ),
    (
        'x = b"x\\n" rb"y"',
        'Assign([x], Operation(format, , [bytes b"x\\n", bytes rb"y"]))',
    ),
    (
        'x = f"{x=:>{w}.{p}}" rf"\\d{y}"',
        "Assign([x], Operation(format, , [x, w, p, '\\\\d', y]))",
    ),
    (
        'x = t"a{b}c"',
        "Assign([x], Operation(format, , ['a', b, 'c']))",
    ),
    (
        """
x = "\\x41\\u0042\\N{LATIN SMALL LETTER C}\\101\\
\\q"
""",
        "Assign([x], 'ABcA\\\\q')",
    ),
    (
        'x = r"\\n" + u"é"',
        "Assign([x], Operation(binary, +, ['\\\\n', 'é']))",
    ),
    (
        "x = 0x1F + 1_000 + 1.5 + 2j + 9223372036854775808",
        "Assign([x], Operation(binary, +, [Operation(binary, +, [Operation(binary, +, [Operation(binary, +, [31, 1000]), 1.5]), complex 2j]), '9223372036854775808']))",
    ),
    (
        "x = [1, (2,), {3}, {4: 5, **d}, ..., None, True]",
        "Assign([x], Display(list, [1, Display(tuple, [2]), Display(set, [3]), DictDisplay([4, None], [5, d]), ellipsis ..., None, True]))",
    ),
    (
        "x = [a async for a, b in c if d if e for f in g]",
        "Assign([x], Comprehension(list, a, None, [Clause(Display(tuple, [a, b]), c, [d, e], True), Clause(f, g, [], False)]))",
    ),
    (
        "x = {k: v for k, v in z}",
        "Assign([x], Comprehension(dict, k, v, [Clause(Display(tuple, [k, v]), z, [], False)]))",
    ),
    (
        "x = {*a} | {b for b in c}",
        "Assign([x], Operation(binary, |, [Display(set, [Starred(a)]), Comprehension(set, b, None, [Clause(b, c, [], False)])]))",
    ),
    (
        "f(x for x in y)",
        "ExprStatement(Call(f, [Comprehension(generator, x, None, [Clause(x, y, [], False)])]))",
    ),
    (
        "f((x for x in y), 1)",
        "ExprStatement(Call(f, [Comprehension(generator, x, None, [Clause(x, y, [], False)]), 1]))",
    ),
    (
        "x = a[1:2, ::3, *b][c:=1]",
        "Assign([x], Subscript(Subscript(a, Display(tuple, [Display(tuple, [1, 2]), Display(tuple, [3]), Starred(b)])), Walrus(c, 1)))",
    ),
    (
        "x = lambda a, /, b=1, *c, d, **e: (yield a)",
        "Assign([x], Lambda(FunctionBody(<lambda>, [Parameter(a, positional-only, None, None), Parameter(b, positional, None, 1), Parameter(c, star, None, None), Parameter(d, keyword-only, None, None), Parameter(e, double-star, None, None)], None, [Return(Yield(a, False))], False, True, [a, b, c, d, e], [], [])))",
    ),
    (
        "x = await a.b(c)",
        "Assign([x], Await(Call(Attribute(a, b), [c])))",
    ),
    (
        "x = yield from a",
        "Assign([x], Yield(a, True))",
    ),
    (
        "x = yield",
        "Assign([x], Yield(None, False))",
    ),
    (
        "if (n := f()) > 1: pass",
        "If(Operation(compare, >, [Walrus(n, Call(f, [])), 1]), [Jump(pass)], [])",
    ),
    (
        """
if a:
    b
elif c:
    d
else:
    e
""",
        "If(a, [ExprStatement(b)], [If(c, [ExprStatement(d)], [ExprStatement(e)])])",
    ),
    (
        """
while a: break
else: continue
""",
        "While(a, [Jump(break)], [Jump(continue)])",
    ),
    (
        """
for a, b in c: pass
else: d
""",
        "For(Display(tuple, [a, b]), c, [Jump(pass)], [ExprStatement(d)], False)",
    ),
    (
        "with a as b, c: pass",
        "With([WithItem(a, b), WithItem(c, None)], [Jump(pass)], False)",
    ),
    (
        "with (a as (b, c), d as e.f,): pass",
        "With([WithItem(a, Display(tuple, [b, c])), WithItem(d, Attribute(e, f))], [Jump(pass)], False)",
    ),
    (
        """
try: a
except A: b
except (B, C) as e: c
except: d
else: e
finally: f
""",
        "Try([ExprStatement(a)], [Handler(A, , [ExprStatement(b)]), Handler(Display(tuple, [B, C]), e, [ExprStatement(c)]), Handler(None, , [ExprStatement(d)])], [ExprStatement(e)], [ExprStatement(f)])",
    ),
    (
        """
try: a
except* A as b: c
""",
        "Try([ExprStatement(a)], [Handler(A, b, [ExprStatement(c)])], [], [])",
    ),
    (
        """
try: a
except A, B: c
""",
        "Try([ExprStatement(a)], [Handler(Display(tuple, [A, B]), , [ExprStatement(c)])], [], [])",
    ),
    (
        "raise A from b",
        "Raise(A, b)",
    ),
    (
        "raise",
        "Raise(None, None)",
    ),
    (
        "assert a, b",
        "Assert(a, b)",
    ),
    (
        "import a, b.c, d.e as f",
        "Import([ImportedName(a, a, , 0, ), ImportedName(b, b, , 0, b.c), ImportedName(f, d.e, , 0, )])",
    ),
    (
        "from ..a.b import c as d, e",
        "Import([ImportedName(d, a.b, c, 2, ), ImportedName(e, a.b, e, 2, )])",
    ),
    (
        "from . import (x,)",
        "Import([ImportedName(x, , x, 1, )])",
    ),
    (
        "from a import *",
        "Import([ImportedName(*, a, *, 0, )])",
    ),
    (
        "type X[T: int] = list[T]",
        "Assign([X], Subscript(list, T))",
    ),
    (
        """
match a:
    case [1, *_, {"k": x, **r}] | A.B(y, z=w) if g: b
    case None | -1 | 1+2j | "a" "b": c
    case x, *y: d
    case (q as z): e
    case str() | _: f
""",
        "Match(a, [Case([x, r, y, w], [1, 'k', Attribute(A, B)], g, [ExprStatement(b)], False, [], ), Case([], [None, Operation(unary, -, [1]), Operation(binary, +, [1, complex 2j]), Operation(format, , ['a', 'b'])], None, [ExprStatement(c)], False, [], ), Case([x, y], [], None, [ExprStatement(d)], False, [], ), Case([q, z], [], None, [ExprStatement(e)], True, [], z), Case([], [str], None, [ExprStatement(f)], True, [], )])",
    ),
    (
        "match a:\n    case B() | c.D(E()) as x: f\n    case (F()): g",
        "Match(a, [Case([x], [B, Attribute(c, D), E], None, [ExprStatement(f)], False, [B, Attribute(c, D)], x), Case([], [F], None, [ExprStatement(g)], False, [F], )])",
    ),
    (
        '''
@d(1)
@e.f
async def g[T, *Ts, **P](a: "A", /, b: int = 1, *c: *Ts, d, **e: P.kwargs) -> "list[A]":
    """doc"""
    global gg
    gg = l = 1
    yield l
    def inner(): nonlocal l; l = 2
    return
''',
        "FunctionDef(FunctionBody(g, [Parameter(a, positional-only, A, None), Parameter(b, positional, int, 1), Parameter(c, star, Starred(Ts), None), Parameter(d, keyword-only, None, None), Parameter(e, double-star, Attribute(P, kwargs), None)], Subscript(list, A), [Declare(global, [gg]), Assign([gg, l], 1), ExprStatement(Yield(l, False)), FunctionDef(FunctionBody(inner, [], None, [Declare(nonlocal, [l]), Assign([l], 2)], False, False, [], [], [l]), []), Return(None)], True, True, [T, Ts, P, a, b, c, d, e, l, inner], [gg], []), [Call(d, [1]), Attribute(e, f)])",
    ),
    (
        '''
class A[T: int = str](B, metaclass=M, **k):
    """doc"""
    x: int = 1
    def m(self): return self
''',
        "ClassDef(A, [B, metaclass=M, **k], [], [AnnotatedAssign(x, int, 1), FunctionDef(FunctionBody(m, [Parameter(self, positional, None, None)], None, [Return(self)], False, False, [self], [], []), [])], [T, x, m])",
    ),
    (
        "def f(*, a): pass",
        "FunctionDef(FunctionBody(f, [Parameter(a, keyword-only, None, None)], None, [Jump(pass)], False, False, [a], [], []), [])",
    ),
    (
        "x = [*a for a in b]",
        "Assign([x], Comprehension(list, Starred(a), None, [Clause(a, b, [], False)]))",
    ),
    (
        "x = {**a for a in b}",
        "Assign([x], Comprehension(dict, Starred(a), None, [Clause(a, b, [], False)]))",
    ),
    (
        "lazy import a.b",
        "Import([ImportedName(a, a, , 0, a.b)])",
    ),
    (
        "lazy from a import b",
        "Import([ImportedName(b, a, b, 0, )])",
    ),
    (
        "x = not(a)",
        "Assign([x], Operation(unary, not, [a]))",
    ),
    (
        'print(*a, sep="")',
        "ExprStatement(Call(print, [*a, sep='']))",
    ),
    (
        "x = (yield)",
        "Assign([x], Yield(None, False))",
    ),
    (
        "x = a @ b // c",
        "Assign([x], Operation(binary, //, [Operation(binary, @, [a, b]), c]))",
    ),
    (
        "x = a.b.c(d).e[f]",
        "Assign([x], Subscript(Attribute(Call(Attribute(Attribute(a, b), c), [d]), e), f))",
    ),
    (
        "return a, *b",
        "Return(Display(tuple, [a, Starred(b)]))",
    ),
    (
        """
async def f():
    async with a as b: pass
    async for c in d: pass
""",
        "FunctionDef(FunctionBody(f, [], None, [With([WithItem(a, b)], [Jump(pass)], True), For(c, d, [Jump(pass)], [], True)], True, False, [b, c], [], []), [])",
    ),
    (
        "x = ()",
        "Assign([x], Display(tuple, []))",
    ),
    (
        "x = 1,",
        "Assign([x], Display(tuple, [1]))",
    ),
    (
        'x = \'it\\\'s\' """a"b"""',
        "Assign([x], Operation(format, , [\"it's\", 'a\"b']))",
    ),
    (
        'x = ""',
        "Assign([x], '')",
    ),
    (
        'x = """"""',
        "Assign([x], '')",
    ),
    (
        "pass",
        "Jump(pass)",
    ),
    (
        "break",
        "Jump(break)",
    ),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[text.strip()[:40] for text, _ in TABLE])
def test_a_construct_is_lowered_to(
    text: str,
    expected: str,
    lowered: Callable[[str], list[ir.Stmt]],
    written: Callable[[object], str],
) -> None:
    (statement,) = lowered(text.lstrip("\n"))
    assert written(statement) == expected
