"""Changes of state that the process shares (401): switches of the interpreter and of packages, seeds, the environment.

Assignments to module-level names are found in the code itself; here are the calls that change what other code sees.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import UNIX, calls
from holdfast_rules.hazards.hazard import Hazard

_SEED: Final = "seeds the generator that the whole process shares"

_INTERPRETER = (
    *calls(
        Effect.STATE,
        "sys",
        "setrecursionlimit setswitchinterval settrace setprofile addaudithook set_int_max_str_digits"
        " set_asyncgen_hooks set_coroutine_origin_tracking_depth",
    ),
    *calls(Effect.STATE, "sys.path", "append insert extend remove pop clear"),
    *calls(Effect.STATE, "sys.modules", "pop setdefault update clear"),
    *calls(Effect.STATE, "threading", "settrace setprofile stack_size"),
    *calls(Effect.STATE, "gc", "set_threshold set_debug unfreeze"),
    *calls(Effect.STATE, "importlib", "reload invalidate_caches"),
    *calls(Effect.STATE, "", "copyreg.pickle codecs.register codecs.register_error re.purge linecache.clearcache"),
    *calls(Effect.STATE, "socket", "setdefaulttimeout"),
    *calls(Effect.STATE, "urllib.request", "install_opener urlcleanup"),
    *calls(Effect.STATE, "mimetypes", "add_type"),
    *calls(Effect.STATE, "zoneinfo", "reset_tzpath ZoneInfo.clear_cache"),
    *calls(Effect.STATE, "csv", "register_dialect unregister_dialect field_size_limit"),
)

_PROCESS = (
    *calls(Effect.STATE, "os", "putenv unsetenv chdir umask"),
    *calls(Effect.STATE, "os", "fchdir setuid setgid seteuid setegid setgroups setpriority setreuid", platform=UNIX),
    *calls(Effect.STATE, "os.environ", "update setdefault pop popitem clear __setitem__ __delitem__"),
    *calls(Effect.STATE, "locale", "setlocale"),
    *calls(Effect.STATE, "gettext", "install textdomain bindtextdomain"),
    *calls(Effect.STATE, "resource", "setrlimit", platform=UNIX),
    *calls(
        Effect.STATE,
        "warnings",
        "filterwarnings simplefilter resetwarnings catch_warnings",
        note="the filters belong to the process, and `catch_warnings` is not safe between threads before Python 3.14",
    ),
    *calls(
        Effect.STATE,
        "decimal",
        "getcontext setcontext",
        note="the context belongs to the thread and outlives the workflow; `decimal.localcontext` does not",
    ),
    *calls(Effect.STATE, "logging", "basicConfig disable captureWarnings addLevelName setLoggerClass shutdown"),
    *calls(Effect.STATE, "logging.config", "dictConfig fileConfig"),
)

_SEEDS = (
    *calls(Effect.STATE, "random", "seed setstate", note=_SEED),
    *calls(Effect.STATE, "numpy.random", "seed set_state", note=_SEED),
    *calls(Effect.STATE, "torch", "manual_seed set_rng_state cuda.manual_seed cuda.manual_seed_all", note=_SEED),
    *calls(Effect.STATE, "tensorflow", "random.set_seed", note=_SEED),
    *calls(Effect.STATE, "", "faker.Faker.seed pytorch_lightning.seed_everything transformers.set_seed", note=_SEED),
)

_PACKAGES = (
    *calls(Effect.STATE, "freezegun", "freeze_time", note="replaces the clock of the whole process"),
    *calls(Effect.STATE, "time_machine", "travel", note="replaces the clock of the whole process"),
    *calls(Effect.STATE, "gevent.monkey", "patch_all patch_socket patch_thread"),
    *calls(Effect.STATE, "eventlet", "monkey_patch"),
    *calls(Effect.STATE, "pandas", "set_option reset_option"),
    *calls(Effect.STATE, "numpy", "seterr set_printoptions"),
    *calls(Effect.STATE, "torch", "set_default_dtype set_default_device set_num_threads"),
    *calls(Effect.STATE, "matplotlib", "use rc pyplot.switch_backend"),
    *calls(Effect.STATE, "requests_cache", "install_cache uninstall_cache"),
    *calls(Effect.STATE, "structlog", "configure contextvars.bind_contextvars contextvars.clear_contextvars"),
    *calls(Effect.STATE, "loguru", "logger.add logger.remove logger.configure logger.enable logger.disable"),
    *calls(Effect.STATE, "django", "setup"),
    *calls(Effect.STATE, "django.utils.timezone", "activate deactivate"),
    *calls(Effect.STATE, "unittest.mock", "patch patch.object patch.dict", note="replaces it for the whole process"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_INTERPRETER, *_PROCESS, *_SEEDS, *_PACKAGES)
