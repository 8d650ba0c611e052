"""The host and the process (105): what differs between two machines, or two processes, that run the same code.

Names and sizes of the machine, the user, the working directory, process, thread and task identities, installed
paths, the locale. Formats are hazards only for the directives that read the locale.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import LINUX, UNIX, calls, clients, connections, reads
from holdfast_rules.hazards.hazard import Hazard, OnlyConstant

LOCALE_DIRECTIVES: Final = ("%a", "%A", "%b", "%B", "%c", "%x", "%X", "%p", "%Z")
"""The directives of `strftime` and `strptime` whose text the locale decides (`time` in the library reference)."""

_LOCALE: Final = "the text depends on the locale of the process"

_MACHINE = (
    *calls(
        Effect.HOST,
        "platform",
        "node uname platform system release version machine processor architecture python_version"
        " python_version_tuple python_implementation python_build python_compiler python_branch python_revision"
        " libc_ver mac_ver win32_ver freedesktop_os_release",
    ),
    *calls(Effect.HOST, "socket", "gethostname getfqdn if_nameindex"),
    *calls(Effect.HOST, "socket", "sethostname", platform=UNIX),
    *calls(Effect.HOST, "os", "cpu_count"),
    *calls(Effect.HOST, "os", "statvfs getloadavg sysconf uname confstr", platform=UNIX),
    *calls(Effect.HOST, "os", "process_cpu_count", since=(3, 13)),
    *calls(Effect.HOST, "os", "sched_getaffinity", platform=LINUX),
    *calls(Effect.HOST, "", "multiprocessing.cpu_count uuid.getnode shutil.disk_usage shutil.get_terminal_size"),
    *calls(Effect.HOST, "sysconfig", "get_platform get_paths get_path get_python_version get_makefile_filename"),
    *calls(Effect.HOST, "site", "getsitepackages getusersitepackages getuserbase"),
    *calls(Effect.HOST, "mimetypes", "guess_type guess_extension", note="reads the host's tables of MIME types"),
    *calls(Effect.HOST, "ssl", "get_default_verify_paths"),
)

_PROCESS = (
    *calls(Effect.HOST, "os", "getpid getppid getlogin isatty get_terminal_size times getcwd getcwdb"),
    *calls(
        Effect.HOST,
        "os",
        "getpgid getpgrp getsid getuid geteuid getgid getegid getgroups ttyname getpriority ctermid",
        platform=UNIX,
    ),
    *calls(Effect.HOST, "os", "getresuid getresgid", platform=LINUX),
    *calls(
        Effect.HOST, "", "os.path.abspath pathlib.Path.absolute pathlib.Path.cwd", note="reads the working directory"
    ),
    *calls(Effect.HOST, "getpass", "getuser"),
    *calls(Effect.HOST, "pwd", "getpwuid getpwnam getpwall", platform=UNIX),
    *calls(Effect.HOST, "grp", "getgrgid getgrnam getgrall", platform=UNIX),
    *calls(Effect.HOST, "resource", "getrusage getrlimit getpagesize", platform=UNIX),
    *calls(Effect.HOST, "termios", "tcgetattr", platform=UNIX),
    *calls(
        Effect.HOST,
        "threading",
        "get_ident get_native_id current_thread main_thread active_count enumerate",
    ),
    *calls(Effect.HOST, "multiprocessing", "current_process active_children parent_process get_start_method"),
    *calls(Effect.HOST, "asyncio", "current_task", note="a task's name comes from a counter of the process"),
    *calls(Effect.HOST, "asyncio", "all_tasks", note="the other tasks of the process, in a set"),
)

_LOCALES = (
    *calls(
        Effect.HOST,
        "locale",
        "getlocale getdefaultlocale localeconv strcoll strxfrm format_string currency str atof atoi delocalize localize"
        " getpreferredencoding getencoding",
    ),
    *calls(Effect.HOST, "locale", "nl_langinfo", platform=UNIX),
    *calls(Effect.HOST, "gettext", "gettext ngettext pgettext npgettext dgettext dngettext translation find"),
    # The locale is C until someone calls `setlocale`, which is found as such: reporting every `%b` would be noise.
    *calls(
        Effect.NUMERIC_DRIFT,
        "",
        "time.strftime time.strptime datetime.datetime.strftime datetime.date.strftime datetime.time.strftime",
        when=OnlyConstant(0, LOCALE_DIRECTIVES, "format"),
        note=_LOCALE,
    ),
    *calls(
        Effect.NUMERIC_DRIFT,
        "datetime",
        "datetime.strptime",
        when=OnlyConstant(1, LOCALE_DIRECTIVES),
        note=_LOCALE,
    ),
    *reads(Effect.HOST, "calendar", "month_name month_abbr day_name day_abbr", note=_LOCALE),
    *clients(Effect.HOST, "calendar", "LocaleTextCalendar LocaleHTMLCalendar", note=_LOCALE),
)

_PACKAGES = (
    *connections(Effect.HOST, "psutil", "Process"),
    *calls(Effect.HOST, "", "psutil.* distro.* pynvml.* GPUtil.* netifaces.*"),
    *calls(Effect.HOST, "", "cpuinfo.get_cpu_info getmac.get_mac_address"),
    *calls(Effect.HOST, "torch.cuda", "is_available device_count current_device get_device_name memory_allocated"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_MACHINE, *_PROCESS, *_LOCALES, *_PACKAGES)
