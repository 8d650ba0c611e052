"""The import that a fix needs: once, in its place, under a name that is free."""

import pytest
from fixing import fixed

BODY = "@step\ndef keep(value):\n    return value\n\n@workflow\ndef run({parameter}):\n    return keep((time.time(), time.time()))\n"


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (
            "import time\nfrom holdfast import step, workflow\n",
            "import time\nimport holdfast\nfrom holdfast import step, workflow\n",
            "holdfast",
        ),
        (
            '"""Doc."""\nfrom __future__ import annotations\nfrom holdfast import step, workflow\nimport time\n',
            '"""Doc."""\nfrom __future__ import annotations\nimport holdfast\nfrom holdfast import step, workflow\nimport time\n',
            "holdfast",
        ),
        ("import time, holdfast\nfrom holdfast import step, workflow\n", None, "holdfast"),
        ("import time\nimport holdfast as durable\nfrom holdfast import step, workflow\n", None, "durable"),
        ("import time\nimport holdfast.aio\nfrom holdfast import step, workflow\n", None, "holdfast"),
        (
            "import time\nfrom holdfast import step, workflow\nholdfast = 'a name'\n",
            "import time\nimport holdfast as _holdfast\nfrom holdfast import step, workflow\nholdfast = 'a name'\n",
            "_holdfast",
        ),
        (
            "import time; from holdfast import step, workflow\nX = 1\n",
            "import time; from holdfast import step, workflow\nimport holdfast\nX = 1\n",
            "holdfast",
        ),
        (
            "# coding: utf-8\n# licence\nif True:\n    import time\n    from holdfast import step, workflow\n",
            "# coding: utf-8\n# licence\nimport holdfast\nif True:\n    import time\n    from holdfast import step, workflow\n",
            "holdfast",
        ),
    ],
)
def test_the_module_is_imported_once_under_a_free_name(before, after, name):
    body = BODY.format(parameter="")
    expected = (before if after is None else after) + body.replace("time.time()", f"{name}.now().timestamp()")
    assert fixed(before + body) == expected


def test_a_parameter_of_that_name_is_not_captured():
    before = "import time\nfrom holdfast import step, workflow\n" + BODY.format(parameter="holdfast")
    assert "_holdfast.now().timestamp(), _holdfast.now()" in fixed(before)
    assert fixed(before).count("import holdfast as _holdfast\n") == 1


def test_where_every_name_is_taken_there_is_no_fix():
    before = "import time\nfrom holdfast import step, workflow\nholdfast = _holdfast = 1\n" + BODY.format(parameter="")
    assert fixed(before) == before
