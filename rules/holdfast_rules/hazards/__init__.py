"""The catalogue of hazards: which dotted names do what a replay would not repeat, one module an effect.

`HAZARDS` is the one list, `Catalogue` its index. The catalogue names modules and never imports them.
"""

from holdfast_rules.hazards.catalogue import Catalogue
from holdfast_rules.hazards.listing import HAZARDS

__all__ = ["HAZARDS", "Catalogue"]
