"""Finds what would break a replay, without running the code."""
