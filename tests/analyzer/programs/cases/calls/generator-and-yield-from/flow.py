from holdfast import workflow

from pages import pages


@workflow
def checkout(order: str) -> str:
    text = ""
    for page in pages():
        text += page
    return text
