"""A package of the project's own, called like another."""

NAMES = ("helper",)
