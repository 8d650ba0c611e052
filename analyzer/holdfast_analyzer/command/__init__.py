"""The analyzer's subcommands of `holdfast`, one a module."""
