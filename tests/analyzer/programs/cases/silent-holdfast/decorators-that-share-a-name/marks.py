def workflow(function):
    return function


class durable:
    @staticmethod
    def workflow(function):
        return function
