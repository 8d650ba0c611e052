"""The environment (104): variables of the process and settings objects that read them.

`os.environ` counts as soon as it is read. Settings classes (`pydantic_settings.BaseSettings`) read the environment
when they, or a subclass, are instantiated. Changes of the environment are in `state`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import UNIX, calls, clients, reads
from holdfast_rules.hazards.hazard import Hazard

_SETTINGS: Final = "instantiating the class, or a subclass, reads the environment"

HAZARDS: Final[tuple[Hazard, ...]] = (
    *reads(Effect.ENVIRONMENT, "os", "environ"),
    *reads(Effect.ENVIRONMENT, "os", "environb", platform=UNIX),
    *calls(Effect.ENVIRONMENT, "os", "getenv get_exec_path"),
    *calls(Effect.ENVIRONMENT, "os", "getenvb", platform=UNIX),
    *calls(Effect.ENVIRONMENT, "os.path", "expandvars expanduser"),
    *calls(Effect.ENVIRONMENT, "pathlib", "Path.home Path.expanduser"),
    *calls(Effect.ENVIRONMENT, "sysconfig", "get_config_var get_config_vars"),
    *calls(Effect.ENVIRONMENT, "tempfile", "gettempdir gettempdirb", note="reads TMPDIR, TEMP and TMP"),
    *calls(Effect.ENVIRONMENT, "urllib.request", "getproxies"),
    *calls(Effect.ENVIRONMENT, "dotenv", "load_dotenv dotenv_values find_dotenv get_key"),
    *calls(Effect.ENVIRONMENT, "dotenv.main", "DotEnv"),
    *calls(Effect.ENVIRONMENT, "decouple", "config"),
    *clients(Effect.ENVIRONMENT, "decouple", "Config AutoConfig"),
    *clients(Effect.ENVIRONMENT, "", "environs.Env environ.Env envparse.Env"),
    *calls(Effect.ENVIRONMENT, "", "environs.env environs.env.* envparse.env envparse.env.*"),
    *calls(Effect.ENVIRONMENT, "", "pydantic_settings.BaseSettings pydantic.BaseSettings", note=_SETTINGS),
    *calls(Effect.ENVIRONMENT, "pydantic.v1", "BaseSettings", note=_SETTINGS),
    *calls(Effect.ENVIRONMENT, "", "dynaconf.Dynaconf dynaconf.LazySettings starlette.config.Config"),
    *calls(Effect.ENVIRONMENT, "", "platformdirs.* appdirs.* click.get_app_dir typer.get_app_dir"),
)
