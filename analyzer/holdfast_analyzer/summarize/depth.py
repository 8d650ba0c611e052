"""How deep code may nest, and how long it may chain, to be followed: the evaluator recurses as deep as it does."""

from holdfast_analyzer.source import UnreadableSource

# Brackets nest at most 200 deep in CPython, and blocks 100; these limits are for what needs neither.
DEEPEST = 1_000
LONGEST_CHAIN = 1_000
LONGEST_ELIF_CHAIN = 3_000


class TooDeep(UnreadableSource):
    """Code that nests deeper, or chains longer, than analysis follows."""

    @classmethod
    def nested(cls, path: str, line: int) -> "TooDeep":
        """An expression whose parts nest deeper than `DEEPEST`."""
        return cls(path, line, f"an expression here nests more than {DEEPEST} deep and cannot be analysed")

    @classmethod
    def chained(cls, path: str, line: int, length: int) -> "TooDeep":
        """An expression of more operators, dots and calls, or an assignment of more targets, than `LONGEST_CHAIN`."""
        message = f"an expression here chains {length} operators; more than {LONGEST_CHAIN} cannot be analysed"
        return cls(path, line, message)

    @classmethod
    def branched(cls, path: str, line: int, length: int) -> "TooDeep":
        """An `if` of more branches than `LONGEST_ELIF_CHAIN`."""
        return cls(path, line, f"{length} `elif` in a row; more than {LONGEST_ELIF_CHAIN} cannot be analysed")
