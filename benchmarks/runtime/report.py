"""The table and the plot of one run: every number, and as a ratio to Holdfast's own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from contestants import CONTESTANTS, Contestant
from measures import MEASURES, Measure

Results = Mapping[tuple[Measure, Contestant], float]


def table(results: Results) -> str:
    """Return a Markdown table: a row a measure, a column a contestant; beside each number how Holdfast compares.

    `3.1×` beside a peer's number says that Holdfast of the same style and store is 3.1 times as good.
    """
    shown = [contestant for contestant in CONTESTANTS if any((m, contestant) in results for m in MEASURES)]
    lines = ["| | " + " | ".join(contestant.name for contestant in shown) + " |"]
    lines.append("|---|" + "---|" * len(shown))
    for measure in MEASURES:
        cells = [_cell(results, measure, contestant) for contestant in shown]
        if any(cells):
            lines.append(f"| {measure.title}, {measure.unit} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(results: Results, measure: Measure, contestant: Contestant) -> str:
    value = results.get((measure, contestant))
    if value is None:
        return ""
    better = advantage(results, measure, contestant)
    return _short(value) if better is None else f"{_short(value)} ({_short(better)}×)"


def advantage(results: Results, measure: Measure, contestant: Contestant) -> float | None:
    """Return how many times as good Holdfast is as a contestant, None for itself and where one number is missing."""
    theirs = results.get((measure, contestant))
    ours = next(
        (
            value
            for (other, holdfast), value in results.items()
            if other is measure
            and holdfast.system == "holdfast"
            and (holdfast.style, holdfast.store) == (contestant.style, contestant.store)
        ),
        None,
    )
    if contestant.system == "holdfast" or theirs is None or ours is None or theirs <= 0 or ours <= 0:
        return None
    return ours / theirs if measure.more_is_better else theirs / ours


def plot(results: Results, path: Path) -> None:
    """Draw how many times as good Holdfast is as each peer, a panel a peer, and write it to `path`.

    Raises:
        ModuleNotFoundError: matplotlib is not installed; it is no dependency of Holdfast.
    """
    try:
        import matplotlib
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the plot needs matplotlib; `pip install matplotlib`, or leave `--plot` out"
        ) from error
    matplotlib.use("Agg")
    from matplotlib import pyplot

    peers = [peer for peer in CONTESTANTS if peer.system != "holdfast"]
    panels = [(peer, [(m, a) for m in MEASURES if (a := advantage(results, m, peer)) is not None]) for peer in peers]
    panels = [(peer, bars) for peer, bars in panels if bars]
    heights = [len(bars) + 1 for _, bars in panels]
    figure, axes = pyplot.subplots(
        len(panels), 1, figsize=(9, 0.32 * sum(heights) + 1), sharex=True, squeeze=False, height_ratios=heights
    )
    for axis, (peer, bars) in zip(axes[:, 0], panels, strict=True):
        bars.reverse()
        places = range(len(bars))
        axis.barh(places, [a for _, a in bars], color=["#2a7" if a >= 1 else "#c55" for _, a in bars], left=0)
        axis.set_yticks(places, [m.title for m, _ in bars], fontsize=8)
        axis.set_xscale("log")
        axis.axvline(1, color="black", linewidth=0.8)
        axis.set_title(f"Holdfast against {peer.name}", fontsize=9, loc="left")
        for place, (_, value) in zip(places, bars, strict=True):
            axis.text(value, place, f" {_short(value)}×", va="center", fontsize=8)
    axes[-1, 0].set_xlabel("times as good (right of 1: Holdfast is ahead)")
    figure.tight_layout()
    figure.savefig(path)


def _short(value: float) -> str:
    if value == 0:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"
