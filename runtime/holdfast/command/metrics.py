"""`holdfast metrics`: how much there is to do and how busy the executors are."""

from __future__ import annotations

import dataclasses

import click

from holdfast.command.database import database_options, told
from holdfast.command.tables import print_json, print_table, table, time_text
from holdfast.engine.client import Client
from holdfast.engine.load import Load


@click.command()
@database_options
@click.option(
    "--output-format",
    type=click.Choice(["text", "json", "openmetrics", "prometheus"]),
    default="text",
    show_default=True,
    help="OpenMetrics and Prometheus need the extra `metrics`.",
)
def metrics(database: str, schema: str, output_format: str) -> None:
    """Show queue depths, the oldest wait and how busy the executors are: what an autoscaler goes by."""
    with told(), Client(database, schema=schema) as client:
        load = client.load()
    if output_format == "json":
        print_json(dataclasses.asdict(load))
    elif output_format == "text":
        _print(load)
    else:
        click.echo(exposition(load, openmetrics=output_format == "openmetrics"), nl=False)


def _print(load: Load) -> None:
    busy = "no executors" if load.utilisation is None else f"{load.utilisation:.0%} of {load.slots} slots"
    click.echo(f"{load.queued} queued, the oldest for {load.oldest_wait:.1f} s; {load.running} running ({busy})")
    queues = table("queue", "states", "oldest wait, s")
    for each in load.queues:
        counts = ", ".join(f"{count} {state}" for state, count in each.states.items())
        queues.add_row(each.queue, counts, f"{each.oldest_wait:.1f}")
    executors = table("executor", "running", "slots", "since")
    for one in load.executors:
        slots = "" if one.concurrency is None else str(one.concurrency)
        executors.add_row(one.name, str(one.running), slots, time_text(one.started_at))
    for made in (queues, executors):
        if made.row_count:
            print_table(made)


def exposition(load: Load, openmetrics: bool) -> str:
    """Return `load` in the text format of OpenMetrics 1.0 or of Prometheus."""
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
        from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
    except ImportError as error:
        raise click.ClickException(
            "this format needs the package prometheus-client; install `holdfast[metrics]`"
        ) from error
    registry = CollectorRegistry()
    workflows = Gauge("holdfast_workflows", "Workflows that have not ended.", ["queue", "state"], registry=registry)
    wait = Gauge("holdfast_oldest_wait_seconds", "How long the longest queued one waits.", ["queue"], registry=registry)
    for each in load.queues:
        for state, count in each.states.items():
            workflows.labels(each.queue, str(state)).set(count)
        wait.labels(each.queue).set(each.oldest_wait)
    Gauge("holdfast_executors", "Executors whose lease runs.", registry=registry).set(len(load.executors))
    Gauge("holdfast_slots", "Workflows that may run at once.", registry=registry).set(load.slots)
    Gauge("holdfast_running", "Workflows that run.", registry=registry).set(load.running)
    Gauge("holdfast_utilisation_ratio", "Running workflows by slots.", registry=registry).set(load.utilisation or 0.0)
    return (generate_openmetrics if openmetrics else generate_latest)(registry).decode()
