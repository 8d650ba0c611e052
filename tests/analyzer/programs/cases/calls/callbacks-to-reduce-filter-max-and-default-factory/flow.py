from collections import defaultdict
from functools import reduce

from holdfast import workflow

import noise


@workflow
def checkout(prices: list[int]) -> str:
    total = reduce(noise.add, prices)
    cheap = list(filter(noise.cheap, prices))
    best = max(prices, key=noise.worth)
    seen: defaultdict[str, float] = defaultdict(noise.first)
    return f"{total} {cheap} {best} {seen['a']}"
