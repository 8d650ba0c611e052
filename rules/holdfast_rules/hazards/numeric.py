"""Numeric drift: floating-point results that may differ in the last digits between libm, CPU, BLAS or Python versions
(`sum` of floats compensates since Python 3.12). Advisory only: no rule reports it.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls
from holdfast_rules.hazards.hazard import Hazard

HAZARDS: Final[tuple[Hazard, ...]] = (
    *calls(
        Effect.NUMERIC_DRIFT,
        "math",
        "fsum sin cos tan asin acos atan atan2 sinh cosh tanh exp expm1 log log2 log10 log1p pow gamma lgamma erf erfc",
    ),
    *calls(
        Effect.NUMERIC_DRIFT,
        "statistics",
        "mean fmean geometric_mean harmonic_mean stdev pstdev variance pvariance correlation linear_regression",
    ),
    *calls(Effect.NUMERIC_DRIFT, "builtins", "sum float.__repr__"),
)
