"""Which comments are suppressions, and which lines they cover."""

from textwrap import dedent

import pytest

from holdfast_analyzer.suppressions import parse_suppressions


def parsed(text):
    return parse_suppressions(dedent(text).lstrip("\n"), "shop/orders.py")


def covered(text):
    [directive] = parsed(text)
    return directive.first, directive.last


@pytest.mark.parametrize(
    ("comment", "codes", "reason"),
    [
        ("# holdfast: ignore", (), ""),
        ("# holdfast: ignore[DUR101]", ("DUR101",), ""),
        ("# holdfast: ignore[DUR101, DUR102] measured only", ("DUR101", "DUR102"), "measured only"),
        ("# holdfast: ignore measured only", (), "measured only"),
        ("#holdfast:ignore[dur101] - measured only", ("DUR101",), "measured only"),
        ("# type: ignore  # holdfast: ignore[DUR101] why  # pragma: no cover", ("DUR101",), "why"),
        ("# noqa: DUR101", ("DUR101",), ""),
        ("# noqa: E501, DUR101,DUR102", ("DUR101", "DUR102"), ""),
        ("# NOQA:DUR310 told by the owner", ("DUR310",), "told by the owner"),
    ],
)
def test_a_suppression_names_codes_and_a_reason(comment, codes, reason):
    [directive] = parsed(f"now = time.time()  {comment}\n")
    assert (directive.codes, directive.reason) == (codes, reason)


@pytest.mark.parametrize(
    "line",
    [
        "now = time.time()  # noqa",
        "now = time.time()  # noqa: E501",
        "now = time.time()  # holdfast: ignored",
        "now = time.time()  # holdfast: ignore-file",
        "# we ignore holdfast here",
        's = "# holdfast: ignore[DUR101]"',
        "s = '''\n# noqa: DUR101\n'''",
    ],
)
def test_other_comments_and_strings_are_none(line):
    assert parsed(line + "\n") == ()


def test_the_place_is_that_of_the_comment():
    [directive] = parsed("x = 1\nnow = time.time()  # holdfast: ignore\n")
    assert (directive.at.path, directive.at.line, directive.at.column) == ("shop/orders.py", 2, 20)
    assert (directive.at.end_line, directive.at.end_column) == (2, 38)


def test_a_comment_on_the_last_line_covers_the_statement():
    assert covered("""
        label = stamp(
            time.time(),
            1,
        )  # holdfast: ignore
    """) == (1, 4)


def test_a_comment_on_the_first_line_covers_the_statement():
    assert covered("""
        label = stamp(  # holdfast: ignore
            time.time(),
        )
    """) == (1, 3)


def test_a_comment_inside_a_statement_covers_its_own_line():
    assert covered("""
        label = stamp(
            time.time(),  # holdfast: ignore
            uuid4(),
        )
    """) == (2, 2)


def test_a_comment_on_a_header_covers_the_header_and_not_the_body():
    assert covered("""
        while time.time(
        ) < due:  # holdfast: ignore

            time.sleep(1)
    """) == (1, 2)


@pytest.mark.parametrize(
    "definition",
    [
        "def stamp(order):  # holdfast: ignore\n",
        "async def stamp(order):  # holdfast: ignore\n",
        "def stamp(\n    order,\n) -> str:  # holdfast: ignore\n",
        "@traced\n@cached(size=3)\ndef stamp(order):  # holdfast: ignore\n    # a remark\n",
    ],
)
def test_a_comment_on_a_def_covers_the_function_with_its_decorators(definition):
    text = f"import time\n{definition}    a = 1\n\n    return time.time()\nx = time.time()\n"
    assert covered(text) == (2, text.count("\n") - 1)


def test_a_comment_on_an_inner_def_leaves_the_outer_one():
    assert covered("""
        def outer():
            def inner():  # holdfast: ignore
                return time.time()
            return inner()
    """) == (2, 3)


def test_a_comment_on_a_class_covers_its_header_alone():
    assert covered("""
        class Order:  # holdfast: ignore
            placed = time.time()
    """) == (1, 1)


@pytest.mark.parametrize(
    "newer", ["type Names[T] = list[T]", "def first[T](of: list[T]) -> T: return of[0]", "x = f'{'a'}'"]
)
def test_syntax_newer_than_the_running_python_is_read_all_the_same(newer):
    assert covered(f"""
        @traced
        def stamp(
            order,
        ):  # holdfast: ignore

            return time.time()

        {newer}
    """) == (1, 6)


@pytest.mark.parametrize("broken", ["def (:", "x = '", "x = (", "\tx = 1\n        y"])
def test_in_broken_code_a_comment_covers_its_own_line(broken):
    assert covered(f"def stamp():  # holdfast: ignore\n    return time.time()\n{broken}\n") == (1, 1)


def test_carriage_returns_are_line_ends():
    assert covered("def stamp():  # holdfast: ignore\r\n    # more\r\n    return 1\r\n") == (1, 3)
