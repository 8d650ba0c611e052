"""`holdfast completion`: what makes a shell complete subcommands, options and their values."""

import os

import click
from click.shell_completion import get_completion_class

VARIABLE = "_HOLDFAST_COMPLETE"
"""The variable by which a shell asks `holdfast` for completions; click makes it of the program's name."""

INTO = {
    "bash": '~/.bashrc: eval "$(holdfast completion bash)"',
    "zsh": '~/.zshrc, behind `compinit`: eval "$(holdfast completion zsh)"',
    "fish": "once: holdfast completion fish > ~/.config/fish/completions/holdfast.fish",
}
"""Shell → where its script goes."""


@click.command(epilog="\b\n" + "\n".join(INTO.values()))
@click.argument("shell", type=click.Choice(list(INTO)), required=False)
def completion(shell: str | None) -> None:
    """Print the script that completes `holdfast` in SHELL; by default in the one that `SHELL` names.

    Bash from 4.4 on.
    """
    name = shell or os.path.basename(os.environ.get("SHELL", ""))
    made = get_completion_class(name)
    if made is None or name not in INTO:
        raise click.UsageError(f"which shell? `SHELL` names `{name}`; write one of {', '.join(INTO)}")
    root = click.get_current_context().find_root().command
    click.echo(made(root, {}, "holdfast", VARIABLE).source())
