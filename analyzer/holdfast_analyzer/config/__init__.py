"""What the user wants checked and how: `[tool.holdfast]`, the command line, and the defaults, in one `Settings`."""

from holdfast_analyzer.config.errors import ConfigError
from holdfast_analyzer.config.layers import Effective, effective_settings
from holdfast_analyzer.config.selection import enabled_codes, ignored_in, named_codes
from holdfast_analyzer.config.settings import Settings

__all__ = ["ConfigError", "Effective", "Settings", "effective_settings", "enabled_codes", "ignored_in", "named_codes"]
