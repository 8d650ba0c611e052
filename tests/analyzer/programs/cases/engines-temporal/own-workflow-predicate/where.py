"""Questions of the project's own: is this workflow code?"""

from temporalio import workflow


def in_wf() -> bool:
    try:
        return workflow.in_workflow()
    except RuntimeError:
        return False


def outside() -> bool:
    return not in_wf()


def has_info() -> bool:
    try:
        workflow.info()
        return True
    except RuntimeError:
        return False


def by_branch() -> bool:
    if workflow.in_workflow():
        return True
    return False


def live() -> bool:
    return not workflow.unsafe.is_replaying()


class Mode:
    def __init__(self) -> None:
        self.inside = in_wf()
        self.outside = not self.inside

    @property
    def durable(self) -> bool:
        return self.inside and not self.outside
