"""What is sent."""

from dataclasses import dataclass, field

from shop.tracking import new_tracking


@dataclass
class Parcel:
    """One parcel, with a number of its own."""

    order: str
    tracking: str = field(default_factory=new_tracking)
