"""The skeleton of a workflow: its durable operations in the order of the code, inside the loops and branches around them.

Helpers are inlined, so that moving operations into one changes nothing. A skeleton is a list of lines, each as deep as
the blocks around it, which is also how a manifest keeps it: one line an operation, made to be read in a diff.

    step shop.stock.reserve
    if
      step shop.bank.charge
    else
      sleep
"""

from holdfast_rules.skeleton.compare import Change, Changed, compared
from holdfast_rules.skeleton.line import Line, as_text, from_text

__all__ = ["Change", "Changed", "Line", "as_text", "compared", "from_text"]
