"""The shop's idea of time."""

import time

moment = time.time
