from .clock import *
from .clock import read_clock as now
