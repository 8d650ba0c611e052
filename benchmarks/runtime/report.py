"""The table and the plot of one run: every number, and as a ratio to Holdfast's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contestants import Contestant
from measures import Measure


@dataclass
class Outcome:
    """What a run has found: numbers by measure and contestant, and what failed."""

    measures: Sequence[Measure]
    contestants: Sequence[Contestant]
    results: dict[tuple[Measure, Contestant], float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def table(outcome: Outcome) -> str:
    """Return a Markdown table: a row a measure, a column a contestant; beside each number how Holdfast compares.

    `3.1×` beside a peer's number says that Holdfast of the same style and store is 3.1 times as good.
    """
    shown = [c for c in outcome.contestants if any((m, c) in outcome.results for m in outcome.measures)]
    lines = ["| | " + " | ".join(contestant.name for contestant in shown) + " |"]
    lines.append("|---|" + "---|" * len(shown))
    for measure in outcome.measures:
        cells = [_cell(outcome, measure, contestant) for contestant in shown]
        if any(cells):
            lines.append(f"| {measure.title}, {measure.unit} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(outcome: Outcome, measure: Measure, contestant: Contestant) -> str:
    value = outcome.results.get((measure, contestant))
    if value is None:
        return ""
    better = advantage(outcome, measure, contestant)
    return _short(value) if better is None else f"{_short(value)} ({_short(better)}×)"


def advantage(outcome: Outcome, measure: Measure, contestant: Contestant) -> float | None:
    """Return how many times as good Holdfast is as a contestant, None for itself and where one number is missing."""
    theirs = outcome.results.get((measure, contestant))
    ours = next(
        (
            value
            for (other, holdfast), value in outcome.results.items()
            if other is measure
            and holdfast.system == "holdfast"
            and not holdfast.setting
            and (holdfast.style, holdfast.store) == (contestant.style, contestant.store)
        ),
        None,
    )
    if contestant.system == "holdfast" or theirs is None or ours is None or theirs <= 0 or ours <= 0:
        return None
    return ours / theirs if measure.more_is_better else theirs / ours


def bars(outcome: Outcome, path: Path) -> None:
    """Draw how many times as good Holdfast is as each peer, a panel a peer, and write it to `path`."""
    pyplot = _pyplot()
    panels = [
        (peer, [(m, a) for m in outcome.measures if (a := advantage(outcome, m, peer)) is not None])
        for peer in outcome.contestants
        if peer.system != "holdfast"
    ]
    panels = [(peer, found) for peer, found in panels if found]
    heights = [len(found) + 1 for _, found in panels]
    figure, axes = pyplot.subplots(
        len(panels), 1, figsize=(9, 0.32 * sum(heights) + 1), sharex=True, squeeze=False, height_ratios=heights
    )
    for axis, (peer, found) in zip(axes[:, 0], panels, strict=True):
        found.reverse()
        places = range(len(found))
        axis.barh(places, [a for _, a in found], color=["#2a7" if a >= 1 else "#c55" for _, a in found], left=0)
        axis.set_yticks(places, [m.title for m, _ in found], fontsize=8)
        axis.set_xscale("log")
        axis.axvline(1, color="black", linewidth=0.8)
        axis.set_title(f"Holdfast against {peer.name}", fontsize=9, loc="left")
        for place, (_, value) in zip(places, found, strict=True):
            axis.text(value, place, f" {_short(value)}×", va="center", fontsize=8)
    axes[-1, 0].set_xlabel("times as good (right of 1: Holdfast is ahead)")
    figure.tight_layout()
    figure.savefig(path)


def curves(outcome: Outcome, path: Path) -> None:
    """Draw a panel for each curve, with a line a contestant, and bars for what is no curve; write it to `path`."""
    pyplot = _pyplot()
    shown = [m for m in outcome.measures if any((m, c) in outcome.results for c in outcome.contestants)]
    panels = list(dict.fromkeys(measure.curve or measure.title for measure in shown))
    figure, axes = pyplot.subplots(len(panels), 1, figsize=(9, 3 * len(panels)), squeeze=False)
    for axis, panel in zip(axes[:, 0], panels, strict=True):
        points = [measure for measure in shown if panel in (measure.curve, measure.title)]
        for number, contestant in enumerate(outcome.contestants):
            found = [(m.at, outcome.results[m, contestant]) for m in points if (m, contestant) in outcome.results]
            colour = f"C{number}"
            if points[0].curve and found:
                axis.plot(*zip(*found, strict=True), marker="o", color=colour, label=contestant.name)
            elif found:
                axis.barh(contestant.name, found[0][1], color=colour)
                axis.text(found[0][1], contestant.name, f" {_short(found[0][1])}", va="center", fontsize=8)
        _scale(axis, panel, points, [value for (m, _), value in outcome.results.items() if m in points and value > 0])
    figure.tight_layout()
    figure.savefig(path)


def _scale(axis: Any, panel: str, points: Sequence[Measure], values: Sequence[float]) -> None:
    axis.set_title(f"{panel}, {points[0].unit}", fontsize=9, loc="left")
    axis.tick_params(labelsize=8)
    if not points[0].curve:
        axis.invert_yaxis()
        if values:
            axis.set_xscale("log")
            axis.set_xlim(min(values) / 3, max(values) * 3)
        return
    axis.set_yscale("log")
    axis.set_xscale("log")
    axis.set_xticks([m.at for m in points], [f"{m.at:,.0f}" for m in points])
    axis.minorticks_off()
    axis.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5))


def _pyplot() -> Any:
    """Return matplotlib's interface; raise `ModuleNotFoundError` without it, since Holdfast does not depend on it."""
    try:
        import matplotlib
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the plot needs matplotlib; `pip install matplotlib`, or leave `--plot` out"
        ) from error
    matplotlib.use("Agg")
    matplotlib.rcParams.update(
        {"svg.fonttype": "none", "svg.hashsalt": "bench"}
    )  # text stays text: a tenth of the size
    from matplotlib import pyplot

    return pyplot


def _short(value: float) -> str:
    if value == 0:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"
