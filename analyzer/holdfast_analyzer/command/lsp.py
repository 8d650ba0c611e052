"""`holdfast lsp`: the language server."""

import click


@click.command()
@click.option(
    "--debounce",
    type=click.IntRange(min=0),
    default=150,
    show_default=True,
    metavar="MS",
    help="Milliseconds without a change before a check begins.",
)
@click.option("--stdio", is_flag=True, help="Talk over standard input and output, as is done anyhow.")
def lsp(debounce: int, stdio: bool) -> None:
    """Serve an editor over standard input and output: findings as you type, fixes, the rules' pages.

    The settings are those of the project's pyproject.toml, read anew for each check.
    """
    try:
        from holdfast_analyzer.language_server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise click.UsageError(
            f"`holdfast lsp` needs `{error.name}`, which is not installed: `pip install 'holdfast[lsp]'`"
        ) from error
    serve(debounce / 1000)
