"""What comes in an order that a replay does not repeat: one module a rule."""
