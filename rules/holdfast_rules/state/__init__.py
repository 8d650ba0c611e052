"""What outlives a run, or is lost with it: one module a rule."""
