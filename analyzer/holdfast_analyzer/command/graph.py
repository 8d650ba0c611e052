"""`holdfast graph`: a workflow's call graph and its durable operations, drawn."""

import sys
from pathlib import Path
from typing import Any

import click

from holdfast_analyzer.command.options import analysis_options, analyzing, settings_for, write_lines


@click.command()
@click.argument("unit", metavar="UNIT")
@analysis_options
@click.option(
    "--format",
    "drawn",
    type=click.Choice(["mermaid", "dot", "svg"]),
    default="mermaid",
    help="For Mermaid, for Graphviz, or a picture.",
)
@click.option("--inside-steps", is_flag=True, help="Draw what the bodies of steps call, too.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write to.")
def graph(
    unit: str, paths: tuple[Path, ...], drawn: str, inside_steps: bool, output: Path | None, **options: Any
) -> None:
    """Draw what the workflow UNIT (`shop.orders:fulfil`, or the end of that) calls, and its durable operations.

    Durable operations are numbered in the order of the code; their arrows are thick.
    """
    effective = settings_for(paths, options)
    if options["show_settings"]:
        write_lines(effective.lines())
        return
    from holdfast_analyzer import api
    from holdfast_analyzer.call_graph import NoSuchUnit
    from holdfast_analyzer.render.graph.dot import render_dot
    from holdfast_analyzer.render.graph.mermaid import render_mermaid
    from holdfast_analyzer.render.graph.svg import NoLayout, render_svg

    try:
        with analyzing(quiet=False) as progress:
            found = api.graph(
                unit, paths or (Path(),), effective.settings, inside_steps=inside_steps, progress=progress
            )
        if drawn == "svg":
            text = render_svg(found)
        else:
            text = "".join(f"{line}\n" for line in (render_mermaid if drawn == "mermaid" else render_dot)(found))
    except (NoSuchUnit, NoLayout) as error:
        raise click.UsageError(str(error)) from error
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"`{output}` cannot be written: {(error.strerror or str(error)).lower()}") from error
