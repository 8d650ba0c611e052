"""What code does to the world, and a replay does again: one module a rule."""
