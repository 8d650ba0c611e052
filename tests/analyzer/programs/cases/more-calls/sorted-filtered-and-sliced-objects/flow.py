from dataclasses import replace

from holdfast import workflow

from lines import Line


@workflow
def checkout(order: str) -> str:
    lines = [Line("a", 1), Line("b", 2)]
    best = sorted(lines, key=lambda line: line.cents)[0]
    rest = [line for line in lines if line.cents > 1][1:]
    first, *others = lines
    text = best.one() + first.two() + max(lines, key=lambda line: line.cents).three()
    for other in rest + others:
        text += other.four()
    return text + replace(best, name="c").five() + next(iter(lines)).six()
