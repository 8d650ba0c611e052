import time
import uuid
from dataclasses import dataclass, field


@dataclass
class Cart:
    order: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)  # finds DUR103
    at: float = field(default_factory=time.time)  # finds DUR101
