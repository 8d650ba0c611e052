"""The kinds of hazard: what a piece of code can do that a replay would not repeat."""

from enum import StrEnum


class Effect(StrEnum):
    """A kind of hazard. The value is the name of the rule that reports it (see `rules.md`).

    A project may add names of its own under these words: `[tool.holdfast.effects] network-call = ["acme.rpc.*"]`.
    """

    CLOCK = "wall-clock"
    RANDOMNESS = "unseeded-random"
    IDENTIFIER = "fresh-identifier"
    ENVIRONMENT = "environment-read"
    HOST = "host-identity"
    OBJECT_IDENTITY = "object-identity"
    TIMEZONE = "local-timezone"
    INTERPRETER = "interpreter-state"
    UNORDERED = "unordered-iteration"
    DIRECTORY_ORDER = "directory-order"
    COMPLETION_ORDER = "completion-order"
    NETWORK = "network-call"
    DATABASE = "database-call"
    MODEL = "model-call"
    FILE_READ = "file-read"
    FILE_WRITE = "file-write"
    SUBPROCESS = "subprocess"
    SLEEP = "blocking-sleep"
    THREAD = "thread-or-process"
    SIGNAL = "signal-or-exit"
    OUTPUT = "replayed-output"
    STATE = "module-state-write"
    MEMOISED = "memoised-in-process"
    DYNAMIC = "unresolved-call"
    NUMERIC_DRIFT = "numeric-drift"
