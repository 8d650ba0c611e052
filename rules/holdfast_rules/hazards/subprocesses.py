"""Other programs (306): whatever starts one or waits for one. Python's own worker processes are in `threads`."""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import LINUX, UNIX, WINDOWS, calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard

HAZARDS: Final[tuple[Hazard, ...]] = (
    *calls(Effect.SUBPROCESS, "subprocess", "run call check_call check_output getoutput getstatusoutput"),
    *connections(Effect.SUBPROCESS, "subprocess", "Popen"),
    *calls(Effect.SUBPROCESS, "os", "system popen execv execve execl execle spawnv spawnve spawnl spawnle waitpid"),
    *calls(Effect.SUBPROCESS, "os", "execvp execvpe execlp execlpe pipe dup dup2"),
    *calls(
        Effect.SUBPROCESS,
        "os",
        "fork forkpty posix_spawn posix_spawnp spawnvp spawnvpe spawnlp spawnlpe wait wait3 wait4 nice setsid setpgid",
        platform=UNIX,
    ),
    *calls(Effect.SUBPROCESS, "os", "waitid pidfd_open pipe2", platform=LINUX),
    *calls(Effect.SUBPROCESS, "os", "startfile", platform=WINDOWS),
    *calls(Effect.SUBPROCESS, "pty", "spawn fork openpty", platform=UNIX),
    *calls(Effect.SUBPROCESS, "asyncio", "create_subprocess_exec create_subprocess_shell"),
    *calls(Effect.SUBPROCESS, "asyncio.AbstractEventLoop", "subprocess_exec subprocess_shell"),
    *calls(Effect.SUBPROCESS, "webbrowser", "open open_new open_new_tab", note="starts a browser"),
    *calls(Effect.SUBPROCESS, "", "anyio.run_process anyio.open_process trio.run_process trio.lowlevel.open_process"),
    *calls(Effect.SUBPROCESS, "", "mcp.client.stdio.stdio_client mcp.stdio_client"),
    *calls(Effect.SUBPROCESS, "", "sh.* invoke.run sarge.run delegator.run pexpect.run psutil.Popen"),
    *connections(Effect.SUBPROCESS, "", "pexpect.spawn pexpect.popen_spawn.PopenSpawn git.Repo git.Git"),
    *calls(Effect.SUBPROCESS, "git", "Repo.clone_from Repo.init"),
    *clients(Effect.SUBPROCESS, "plumbum", "local local.cmd"),
    *calls(Effect.SUBPROCESS, "ffmpeg", "run run_async probe"),
)
