"""Tests of workflows: engines in memory, clocks that skip sleeps, stubs, crashes, and proof that a replay goes the same way."""
