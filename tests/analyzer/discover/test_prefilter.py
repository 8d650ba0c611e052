"""Which bytes name an engine."""

import pytest

from holdfast_analyzer.discover import EnginePrefilter

PREFILTER = EnginePrefilter(["dbos", "azure.durable_functions", "temporalio"])


@pytest.mark.parametrize(
    "text",
    [
        "import dbos",
        "\ufeffimport dbos",
        "import dbos.x as y",
        "from dbos import DBOS",
        "from dbos.kinds import X",
        "def f():\n    from dbos import DBOS",
        "import a, dbos",
        "import a as b, c, dbos as d",
        "import a, \\\n    dbos",
        "import a, \\\r\n    dbos",
        "from \\\n dbos import x",
        "import\tdbos",
        "x = 1; import dbos",
        "try: import dbos\nexcept: pass",
        "if a: \\\n import dbos",
        "a = 1\rimport dbos\r",
        "# coding: latin-1\n# \xe9\nfrom temporalio import workflow",
        "import azure.durable_functions as df",
        "from azure import durable_functions",
        "from azure import (\n    durable_functions\n)",
        "m = importlib.import_module('dbos')",
        '__import__( "temporalio.client")',
        "lazy import dbos",
        "lazy from dbos import DBOS",
    ],
)
def test_imports_are_found(text: str) -> None:
    assert PREFILTER.names_engine(text.encode("latin-1" if "\xe9" in text else "utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "import dbosx",
        "import my_dbos",
        "import my.dbos",
        "from my.dbos import x",
        "from .dbos import x",
        "import dbos_x, my.dbos",
        "import a  # dbos",
        "x = 'dbos'",
        "dbos.run()",
        "import azure.functions",
        "",
    ],
)
def test_other_files_are_not(text: str) -> None:
    assert not PREFILTER.names_engine(text.encode())


def test_bytes_that_are_no_text() -> None:
    assert PREFILTER.names_engine(b"\x00\xff\nimport dbos\n\xfe")
    assert not EnginePrefilter([]).names_engine(b"import dbos")


def test_the_key_changes_with_the_packages() -> None:
    assert EnginePrefilter(["a", "b"]).key == EnginePrefilter(["b", "a", "a"]).key
    assert EnginePrefilter(["a", "b"]).key != EnginePrefilter(["a"]).key


def test_long_lines_are_searched_in_one_pass() -> None:
    assert not PREFILTER.names_engine(b"import " * 300_000)
    assert PREFILTER.names_engine(b"import " + b"a, " * 300_000 + b"dbos")
