"""Place one order and wait until it is through the shop. Run it again after a crash: it goes on where it was."""

import sys

from shop.checkout import checkout
from shop.pricing import Line

from holdfast import Engine

LINES = [Line(sku="tea", pieces=2, cents=450)]


def main(database: str) -> None:
    """Run `checkout` for the order o-1 on `database` (`sqlite:///shop.db`)."""
    with Engine(database, executor="shop") as engine:
        handle = engine.start(checkout, "o-1", LINES, id="checkout/o-1")
        print(f"  result: {handle.result(timeout=60)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
