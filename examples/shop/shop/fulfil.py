"""The workflow with five hazards. None of them is in this file: each hides behind helpers in others."""

from holdfast import step, workflow
from shop.carrier import Carrier
from shop.dispatch import Dispatcher
from shop.labels import stamped
from shop.parcel import Parcel
from shop.picking import pick_order
from shop.rates import price_of


@step
def hand_over(tracking: str, label: str, route: list[str], cents: int) -> str:
    """Give the parcel to the carrier."""
    return f"{tracking} handed over ({label}, {cents} ct, via {', '.join(route)})"


@workflow
def fulfil(order: str, weight: int, shelves: list[str]) -> str:
    """Send what was ordered."""
    parcel = Parcel(order=order)
    label = stamped(order)
    route = pick_order(shelves)
    dispatcher = Dispatcher(Carrier("https://carrier.example/v1"))
    service = dispatcher.service_for(weight)
    return hand_over(parcel.tracking, f"{label} {service}", route, price_of(weight))
