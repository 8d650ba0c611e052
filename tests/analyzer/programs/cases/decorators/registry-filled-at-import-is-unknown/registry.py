HANDLERS = {}


def handles(kind: str):
    def decorate(function):
        HANDLERS[kind] = function
        return function

    return decorate
