"""Dynamic code (901): what analysis cannot follow. The names are resolved where they are literal: `getattr(x, "total")`,
`importlib.import_module("acme.rpc")`; `ast.literal_eval` runs nothing and is not here.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls, connections, reads
from holdfast_rules.hazards.hazard import Hazard, NonConstant, WithoutArgument

_IMPORT: Final = "an import in a workflow runs the module's own code at a replay"
_FOREIGN: Final = "code that is not Python"

HAZARDS: Final[tuple[Hazard, ...]] = (
    *calls(Effect.DYNAMIC, "builtins", "exec eval compile globals locals"),
    *calls(Effect.DYNAMIC, "builtins", "vars", when=WithoutArgument(0)),
    *calls(Effect.DYNAMIC, "builtins", "getattr setattr delattr", when=NonConstant(1)),
    *calls(Effect.DYNAMIC, "builtins", "__import__", when=NonConstant(0, "name"), note=_IMPORT),
    *calls(Effect.DYNAMIC, "importlib", "import_module", when=NonConstant(0, "name"), note=_IMPORT),
    *calls(Effect.DYNAMIC, "importlib", "reload", note=_IMPORT),
    *calls(Effect.DYNAMIC, "importlib.util", "spec_from_file_location module_from_spec", note=_IMPORT),
    *calls(Effect.DYNAMIC, "runpy", "run_path run_module"),
    *calls(Effect.DYNAMIC, "types", "FunctionType CodeType"),
    *calls(Effect.DYNAMIC, "operator", "attrgetter methodcaller", when=NonConstant(0)),
    *calls(Effect.DYNAMIC, "django.utils.module_loading", "import_string", when=NonConstant(0)),
    *connections(Effect.DYNAMIC, "ctypes", "CDLL PyDLL cdll.LoadLibrary", note=_FOREIGN),
    *reads(Effect.DYNAMIC, "ctypes", "pythonapi", note=_FOREIGN),
    *connections(Effect.DYNAMIC, "cffi", "FFI", note=_FOREIGN),
)
