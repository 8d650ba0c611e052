"""Signals and exits (309): what ends, stops or interrupts the process, or hands it to a debugger."""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import LINUX, UNIX, calls
from holdfast_rules.hazards.hazard import Hazard

_STOPS: Final = "stops the process and waits for a person"

HAZARDS: Final[tuple[Hazard, ...]] = (
    *calls(Effect.SIGNAL, "signal", "signal raise_signal set_wakeup_fd"),
    *calls(
        Effect.SIGNAL,
        "signal",
        "alarm setitimer pause sigwait pthread_kill pthread_sigmask siginterrupt",
        platform=UNIX,
    ),
    *calls(Effect.SIGNAL, "signal", "sigtimedwait sigwaitinfo pidfd_send_signal", platform=LINUX),
    *calls(Effect.SIGNAL, "asyncio.AbstractEventLoop", "add_signal_handler remove_signal_handler"),
    *calls(Effect.SIGNAL, "faulthandler", "enable"),
    *calls(Effect.SIGNAL, "faulthandler", "register", platform=UNIX),
    *calls(Effect.SIGNAL, "atexit", "register unregister"),
    *calls(Effect.SIGNAL, "os", "kill abort _exit"),
    *calls(Effect.SIGNAL, "os", "killpg", platform=UNIX),
    *calls(Effect.SIGNAL, "sys", "exit"),
    *calls(Effect.SIGNAL, "builtins", "exit quit"),
    *calls(Effect.SIGNAL, "builtins", "breakpoint", note=_STOPS),
    *calls(Effect.SIGNAL, "pdb", "set_trace post_mortem run", note=_STOPS),
    *calls(Effect.SIGNAL, "code", "interact InteractiveConsole.interact", note=_STOPS),
    *calls(Effect.SIGNAL, "", "ipdb.set_trace pudb.set_trace IPython.embed debugpy.breakpoint", note=_STOPS),
    *calls(Effect.SIGNAL, "psutil", "Process.kill Process.terminate Process.suspend Process.resume"),
)
