"""`import holdfast`: what it offers, and what it costs before any of it is asked for."""

import subprocess
import sys

import pytest

import holdfast


@pytest.mark.parametrize("name", sorted(holdfast.__all__))
def test_every_name_of_the_face_is_there(name):
    assert getattr(holdfast, name) is not None
    assert name in dir(holdfast)


def test_a_name_that_it_does_not_have():
    with pytest.raises(AttributeError, match="module `holdfast` has no attribute 'workflows'"):
        holdfast.workflows  # noqa: B018


def test_importing_it_imports_what_is_asked_for_and_no_more():
    code = "import sys, holdfast; print(*sorted({'asyncio', 'logging', 'psycopg', 'libcst'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
