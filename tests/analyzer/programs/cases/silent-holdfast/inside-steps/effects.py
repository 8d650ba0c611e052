import os
import random
import subprocess
import time
import uuid
from pathlib import Path

import requests


def everything(order: str) -> str:
    time.sleep(1)
    print(order)
    Path("x").write_text(order)
    subprocess.run(["true"], check=True)
    requests.post("https://shop.example")
    return f"{time.time()} {random.random()} {uuid.uuid4()} {os.environ['HOME']} {os.getpid()}"
