import random as rand
from time import time as now
