import uuid
from dataclasses import dataclass, field


@dataclass
class Cart:
    order: str
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = f"{self.order} {uuid.uuid4()}"  # finds DUR103
