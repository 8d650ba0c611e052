from holdfast import workflow

from store import Store


@workflow
def checkout(order: str) -> str:
    store = Store()
    store["a"] = order
    text = store["a"]
    if order in store:
        text += "!"
    if len(store) > 3:
        text += "?"
    del store["a"]
    return text
