from holdfast import workflow

from store import Bag, Record


@workflow
def checkout(order: str) -> str:
    bag = Bag()
    bag.append(order)
    record = Record()
    record["a"] = order
    return f"{len(bag)} {bag[0]} {record.get('a')} {record.stamp()} {[item for item in bag]}"
