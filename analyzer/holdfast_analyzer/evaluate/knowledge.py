"""What the standard library's functions return, as far as it matters for effects.

Only objects whose methods the hazard catalogue knows need an entry: all else of the standard library is harmless data.
Names are canonical; a result is the dotted name of a type. Source: the Python 3.13 library reference.
"""

RESULT_TYPES = {
    "pathlib.Path": "pathlib.Path",
    "pathlib.PosixPath": "pathlib.Path",
    "pathlib.PurePath": "pathlib.PurePath",
    "pathlib.Path.cwd": "pathlib.Path",
    "pathlib.Path.home": "pathlib.Path",
    "pathlib.Path.absolute": "pathlib.Path",
    "pathlib.Path.resolve": "pathlib.Path",
    "pathlib.Path.expanduser": "pathlib.Path",
    "pathlib.Path.joinpath": "pathlib.Path",
    "pathlib.Path.with_suffix": "pathlib.Path",
    "pathlib.Path.with_name": "pathlib.Path",
    "pathlib.Path.with_stem": "pathlib.Path",
    "pathlib.Path.relative_to": "pathlib.Path",
    "pathlib.Path.open": "io.TextIOWrapper",
    "pathlib.Path.read_text": "builtins.str",
    "pathlib.Path.read_bytes": "builtins.bytes",
    "os.path.join": "builtins.str",
    "os.getcwd": "builtins.str",
    "os.getenv": "builtins.str",
    "datetime.datetime": "datetime.datetime",
    "datetime.datetime.now": "datetime.datetime",
    "datetime.datetime.utcnow": "datetime.datetime.naive",
    "datetime.datetime.today": "datetime.datetime.naive",
    "datetime.datetime.combine": "datetime.datetime",
    "datetime.datetime.fromisoformat": "datetime.datetime",
    "datetime.datetime.fromtimestamp": "datetime.datetime",
    "datetime.datetime.replace": "datetime.datetime",
    "datetime.datetime.astimezone": "datetime.datetime",
    "datetime.date.today": "datetime.date",
    "asyncio.get_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.get_running_loop": "asyncio.AbstractEventLoop",
    "asyncio.new_event_loop": "asyncio.AbstractEventLoop",
    "subprocess.Popen": "subprocess.Popen",
    "threading.current_thread": "threading.Thread",
    "time.time": "builtins.float",
    "time.monotonic": "builtins.float",
    "time.perf_counter": "builtins.float",
    "time.time_ns": "builtins.int",
    "random.random": "builtins.float",
    "random.randint": "builtins.int",
    "uuid.uuid4": "uuid.UUID",
    "uuid.uuid1": "uuid.UUID",
    "uuid.uuid5": "uuid.UUID",
    "uuid.uuid3": "uuid.UUID",
    "json.loads": "",
}
ATTRIBUTE_TYPES = {
    "pathlib.Path.parent": "pathlib.Path",
    "pathlib.Path.name": "builtins.str",
    "pathlib.Path.stem": "builtins.str",
    "pathlib.Path.suffix": "builtins.str",
    "sys.stdout": "",
}
ENTERED_TYPES = {
    "concurrent.futures.ThreadPoolExecutor": "concurrent.futures.ThreadPoolExecutor",
    "asyncio.TaskGroup": "asyncio.TaskGroup",
}


def result_type(name: str) -> str:
    """Return the dotted type of what calling `name` gives, or ""."""
    return RESULT_TYPES.get(name, "")


def attribute_type(name: str) -> str:
    """Return the dotted type of the attribute `name`, or ""."""
    return ATTRIBUTE_TYPES.get(name, "")


def entered_type(name: str) -> str:
    """Return the dotted type of what `with` binds for the context manager `name`, or ""."""
    return ENTERED_TYPES.get(name, "")
