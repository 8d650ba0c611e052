def number() -> str:
    import uuid as ids

    return str(ids.uuid4())  # finds DUR103
