"""The shop's settings, read when the program starts."""

import os

CENTS_PER_KILO = int(os.environ.get("SHOP_CENTS_PER_KILO", "250"))
