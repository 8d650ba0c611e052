"""Which findings a comment silences."""

from hand_made import finding, frame

from holdfast_analyzer.suppressions import Suppressions, parse_suppressions

ORDERS = """\
@workflow
def fulfil(order):
    label = stamp(order)
    return label
"""
CLOCK = """\
def stamp(order):
    return time.time()
"""


def chained(**changes):
    """A clock read in clock.py, reached from orders.py."""
    return finding(
        path="clock.py",
        line=2,
        chain=(
            frame("orders.py", 2, "orders:fulfil"),
            frame("orders.py", 3, "orders:fulfil", "stamp"),
            frame("clock.py", 2, "clock:stamp", "time.time"),
        ),
        **changes,
    )


def silenced(given, **comments):
    """Return what silences `given` when a comment stands at the end of a line: `orders_3="# …"`."""
    texts = {"orders": ORDERS.splitlines(), "clock": CLOCK.splitlines()}
    for place, comment in comments.items():
        file, _, line = place.partition("_")
        texts[file][int(line) - 1] += "  " + comment
    directives = [d for file, lines in texts.items() for d in parse_suppressions("\n".join(lines) + "\n", f"{file}.py")]
    suppressions = Suppressions(directives)
    found = suppressions.silence(given.code, given.path, given.line, given.chain)
    return found, suppressions.results()


def test_on_the_line_of_the_hazard():
    found, _ = silenced(chained(), clock_2="# holdfast: ignore[DUR101] for a log line")
    assert (found.path, found.line, found.reason) == ("clock.py", 2, "for a log line")


def test_on_the_line_of_a_call_in_the_chain():
    found, _ = silenced(chained(), orders_3="# holdfast: ignore[DUR101] cosmetic")
    assert (found.path, found.line, found.reason) == ("orders.py", 3, "cosmetic")


def test_on_the_def_of_a_function_that_the_chain_passes_through():
    found, _ = silenced(chained(), clock_1="# holdfast: ignore trusted")
    assert (found.path, found.line) == ("clock.py", 1)


def test_on_the_def_of_the_workflow():
    found, _ = silenced(chained(), orders_2="# holdfast: ignore[DUR101]")
    assert (found.path, found.line) == ("orders.py", 2)


def test_noqa_with_the_code():
    assert silenced(chained(), clock_2="# noqa: E501, DUR101")[0] is not None


def test_another_code_silences_nothing():
    assert silenced(chained(), clock_2="# holdfast: ignore[DUR102]")[0] is None


def test_another_line_silences_nothing():
    assert silenced(chained(), orders_4="# holdfast: ignore")[0] is None


def test_the_same_line_of_another_file_silences_nothing():
    assert silenced(finding(path="clock.py", line=3), orders_3="# holdfast: ignore")[0] is None


def test_the_comment_nearest_to_the_hazard_is_named_and_all_that_cover_it_are_used():
    found, used = silenced(chained(), orders_3="# holdfast: ignore[DUR101] a", clock_2="# holdfast: ignore[DUR101] b")
    assert found.reason == "b"
    assert [comment.used for comment in used] == [("DUR101",), ("DUR101",)]


def test_a_comment_tells_which_of_its_codes_were_needed():
    _, [comment] = silenced(chained(), clock_2="# holdfast: ignore[DUR101,DUR102] why")
    assert (comment.codes, comment.used, comment.reason) == (("DUR101", "DUR102"), ("DUR101",), "why")


def test_a_comment_that_silences_nothing_is_known_as_unused():
    _, [comment] = silenced(chained(), orders_4="# holdfast: ignore")
    assert comment.used == ()
