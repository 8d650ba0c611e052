import time
import uuid


class DBOS:
    @classmethod
    def workflow(cls):
        def wrap(fn):
            def inner(*a, **k):
                started = time.time()
                return fn(*a, **k)

            return inner

        return wrap

    @classmethod
    def step(cls):
        def wrap(fn):
            def inner(*a, **k):
                print(uuid.uuid4())
                return fn(*a, **k)

            return inner

        return wrap
