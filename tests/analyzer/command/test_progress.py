"""Progress is for long checks on a terminal."""

import io
import sys

import pytest

from holdfast_analyzer.command import progress
from holdfast_analyzer.command.progress import shown_progress


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self):
        return True


def terminal(monkeypatch):
    """Make standard error a terminal; in the test's own body, since pytest sets the streams anew before it."""
    monkeypatch.setenv("TERM", "xterm")
    stand_in = Terminal()
    monkeypatch.setattr(sys, "stderr", stand_in)
    return stand_in


def test_there_is_none_without_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with shown_progress() as report:
        assert report is None


def test_there_is_none_when_it_is_not_wanted(monkeypatch):
    terminal(monkeypatch)
    with shown_progress(False) as report:
        assert report is None


def test_a_short_check_draws_nothing(monkeypatch):
    drawn = terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 3600.0)
    with shown_progress() as report:
        report("reading", 3, 10)
    assert drawn.getvalue() == ""


def long_check():
    with shown_progress() as report:
        report("reading", 3, 10)
        report("resolving", 4, 0)
        raise ValueError("broken")


def test_a_long_check_draws_and_gives_the_cursor_back_after_errors_too(monkeypatch):
    drawn = terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with pytest.raises(ValueError, match="broken"):
        long_check()
    assert "resolving" in drawn.getvalue()
    assert drawn.getvalue().rindex("\x1b[?25h") > drawn.getvalue().rindex("\x1b[?25l")
