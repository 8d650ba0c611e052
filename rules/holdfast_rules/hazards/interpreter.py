"""The interpreter (108): what `sys`, `gc`, `weakref`, `inspect` and their like tell of the process, its frames and memory.

All of `sys` that varies between interpreters or command lines counts when read; constants of the language
(`sys.maxsize`) do not. `sys.stdout` and its kin are in `output`, switches that change the interpreter in `state`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls, clients, reads
from holdfast_rules.hazards.hazard import Hazard, WithoutArgument

_LIVENESS: Final = "an object dies when the collector pleases"

_SYS = (
    *reads(
        Effect.INTERPRETER,
        "sys",
        "argv orig_argv path modules flags executable prefix base_prefix exec_prefix platform version version_info"
        " hexversion api_version hash_info implementation thread_info",
    ),
    *calls(
        Effect.INTERPRETER,
        "sys",
        "getrefcount getsizeof getrecursionlimit getswitchinterval _getframe _current_frames getfilesystemencoding"
        " getdefaultencoding getallocatedblocks gettrace getprofile",
    ),
)

_FRAMES = (
    *calls(
        Effect.INTERPRETER,
        "inspect",
        "stack currentframe trace getouterframes getinnerframes getframeinfo getsource getsourcelines getsourcefile"
        " getfile findsource",
    ),
    *calls(Effect.INTERPRETER, "traceback", "format_stack extract_stack walk_stack"),
    *calls(
        Effect.INTERPRETER,
        "tracemalloc",
        "start stop get_traced_memory take_snapshot get_object_traceback reset_peak",
    ),
    *calls(
        Effect.INTERPRETER,
        "argparse",
        "ArgumentParser.parse_args ArgumentParser.parse_known_args",
        when=WithoutArgument(0, "args"),
        note="reads `sys.argv`",
    ),
)

_MEMORY = (
    *calls(
        Effect.INTERPRETER,
        "gc",
        "collect get_objects get_count get_stats get_referrers get_referents get_threshold isenabled is_tracked"
        " freeze disable enable",
    ),
    *reads(Effect.INTERPRETER, "gc", "callbacks garbage"),
    *clients(
        Effect.INTERPRETER,
        "weakref",
        "ref proxy WeakSet WeakValueDictionary WeakKeyDictionary WeakMethod ReferenceType ProxyType",
        note=_LIVENESS,
    ),
    *calls(Effect.INTERPRETER, "weakref", "finalize getweakrefcount getweakrefs", note=_LIVENESS),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_SYS, *_FRAMES, *_MEMORY)
