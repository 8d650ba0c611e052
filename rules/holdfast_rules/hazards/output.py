"""Output (310): what would be printed, logged or counted again on every replay.

Getting or naming a logger, a tracer or a counter is harmless, and so is asking it `isEnabledFor`; what is logged through
it is the output. `print(…, file=handle)` is not counted: the handle is, if it is `sys.stderr`. Configuring logging is
in `state`, reporting to the network by other means in `network`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import UNIX, calls, clients, connections, reads
from holdfast_rules.hazards.hazard import KEYWORD_ONLY, Hazard, WithoutArgument

_LEVELS: Final = "debug info warning warn error critical exception log fatal"

LOGGER_HARMLESS: Final = (
    *("isEnabledFor", "getEffectiveLevel", "hasHandlers", "getChild", "getChildren", "setLevel", "makeRecord"),
    *("addHandler", "removeHandler", "addFilter", "removeFilter", "filter", "findCaller"),
    *("name", "level", "handlers", "filters", "parent", "root", "manager", "propagate", "disabled", "extra", "logger"),
)
"""What asks or sets up a standard logger without logging."""

_BOUND: Final = ("bind", "unbind", "try_unbind", "new", "opt", "patch", "contextualize", "level", "is_enabled_for")
_STRUCTLOG: Final = "structlog.get_logger structlog.getLogger structlog.stdlib.get_logger structlog.wrap_logger"

_PRINTED = (
    *calls(Effect.OUTPUT, "builtins", "print", when=WithoutArgument(KEYWORD_ONLY, "file")),
    *calls(Effect.OUTPUT, "pprint", "pprint pp", when=WithoutArgument(1, "stream")),
    *reads(Effect.OUTPUT, "sys", "stdout stderr __stdout__ __stderr__"),
    *reads(Effect.FILE_READ, "sys", "stdin __stdin__"),
    *calls(Effect.OUTPUT, "sys", "displayhook excepthook"),
    *calls(Effect.OUTPUT, "traceback", "print_exc print_last", when=WithoutArgument(1, "file")),
    *calls(Effect.OUTPUT, "traceback", "print_stack print_tb", when=WithoutArgument(2, "file")),
    *calls(Effect.OUTPUT, "traceback", "print_exception", when=WithoutArgument(4, "file")),
    *calls(Effect.OUTPUT, "faulthandler", "dump_traceback"),
    *calls(Effect.OUTPUT, "warnings", "warn warn_explicit showwarning"),
    *calls(Effect.OUTPUT, "syslog", "syslog", platform=UNIX),
    *calls(Effect.OUTPUT, "curses", "initscr wrapper", platform=UNIX),
)

_LOGGING = (
    *calls(Effect.OUTPUT, "logging", _LEVELS),
    *calls(Effect.OUTPUT, "logging.Logger", f"{_LEVELS} handle callHandlers"),
    *calls(Effect.OUTPUT, "logging.LoggerAdapter", "debug info warning warn error critical exception log"),
    *clients(
        Effect.OUTPUT,
        "logging",
        "getLogger getLogger.getChild Logger.getChild LoggerAdapter root",
        harmless=LOGGER_HARMLESS,
        note="getting a logger is harmless, what is logged through it is the output",
    ),
    *clients(
        Effect.OUTPUT,
        "",
        "celery.utils.log.get_task_logger absl.logging.get_absl_logger multiprocessing.get_logger",
        harmless=LOGGER_HARMLESS,
    ),
    *calls(Effect.OUTPUT, "absl.logging", "debug info warning error fatal exception log"),
    *clients(Effect.OUTPUT, "", _STRUCTLOG, harmless=(*_BOUND, *LOGGER_HARMLESS)),
    *clients(
        Effect.OUTPUT,
        "structlog",
        "get_logger.bind get_logger.new get_logger.unbind getLogger.bind stdlib.get_logger.bind stdlib.BoundLogger"
        " typing.FilteringBoundLogger BoundLogger",
        harmless=(*_BOUND, *LOGGER_HARMLESS),
    ),
    *calls(
        Effect.OUTPUT,
        "loguru.logger",
        "trace debug info success warning error critical exception log catch",
    ),
    *clients(
        Effect.OUTPUT,
        "loguru",
        "logger Logger logger.bind logger.opt logger.patch Logger.bind Logger.opt Logger.patch",
        harmless=_BOUND,
    ),
    *clients(Effect.OUTPUT, "logbook", "Logger"),
)

_OBSERVED = (
    *calls(
        Effect.OUTPUT,
        "sentry_sdk",
        "init capture_exception capture_message capture_event add_breadcrumb start_transaction start_span flush",
    ),
    *clients(
        Effect.OUTPUT,
        "opentelemetry",
        "trace.get_tracer trace.get_current_span metrics.get_meter trace.get_tracer_provider trace.Tracer metrics.Meter",
        harmless=("get_tracer", "get_span_context", "is_recording"),
    ),
    *clients(
        Effect.OUTPUT,
        "opentelemetry.metrics.get_meter",
        "create_counter create_histogram create_up_down_counter create_gauge create_observable_gauge",
    ),
    *clients(
        Effect.OUTPUT,
        "prometheus_client",
        "Counter Gauge Histogram Summary Info Enum Counter.labels Gauge.labels Histogram.labels Summary.labels",
        harmless=("labels", "describe", "collect"),
    ),
    *calls(Effect.NETWORK, "prometheus_client", "push_to_gateway start_http_server"),
    *clients(Effect.OUTPUT, "statsd", "StatsClient TCPStatsClient"),
    *clients(Effect.OUTPUT, "datadog", "statsd"),
    *calls(Effect.OUTPUT, "datadog", "statsd.* api.*"),
    *clients(Effect.OUTPUT, "ddtrace", "tracer"),
    *calls(Effect.OUTPUT, "", "ddtrace.tracer.* newrelic.agent.* logfire.* rollbar.*"),
    *clients(Effect.OUTPUT, "logfire", "with_tags with_settings Logfire"),
    *clients(
        Effect.OUTPUT, "aws_lambda_powertools", "Logger Metrics Tracer", harmless=("append_keys", *LOGGER_HARMLESS)
    ),
    *clients(Effect.OUTPUT, "", "langfuse.Langfuse langfuse.get_client posthog.Posthog analytics.Client"),
    *calls(Effect.OUTPUT, "", "posthog.capture posthog.identify analytics.track analytics.identify"),
    *calls(Effect.NETWORK, "", "mlflow.* wandb.*"),
)

_TERMINAL = (
    *connections(Effect.OUTPUT, "tqdm", "tqdm trange auto.tqdm auto.trange notebook.tqdm asyncio.tqdm"),
    *calls(Effect.OUTPUT, "tqdm.asyncio", "tqdm.gather tqdm_asyncio.gather"),
    *calls(Effect.OUTPUT, "rich", "print print_json inspect progress.track"),
    *clients(
        Effect.OUTPUT,
        "rich",
        "console.Console get_console",
        harmless=("width", "size", "is_terminal", "encoding", "options", "render_str", "get_style", "export_text"),
    ),
    *connections(Effect.OUTPUT, "rich", "progress.Progress live.Live status.Status"),
    *calls(Effect.FILE_READ, "rich.prompt", "Prompt.ask Confirm.ask IntPrompt.ask FloatPrompt.ask"),
    *calls(Effect.OUTPUT, "", "click.echo click.secho click.clear click.progressbar typer.echo typer.secho"),
    *calls(Effect.FILE_READ, "", "click.prompt click.confirm click.getchar typer.prompt typer.confirm"),
    *calls(Effect.FILE_READ, "", "questionary.* inquirer.prompt"),
    *calls(Effect.OUTPUT, "", "icecream.ic termcolor.cprint alive_progress.alive_bar"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_PRINTED, *_LOGGING, *_OBSERVED, *_TERMINAL)
