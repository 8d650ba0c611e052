"""What code may read that a replay reads differently: one module a rule."""
