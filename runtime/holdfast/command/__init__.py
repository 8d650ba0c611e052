"""The runtime's subcommands of `holdfast`, one module each; `holdfast.__main__` names them in its table."""
