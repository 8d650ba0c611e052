"""What turns data into code: one module a rule."""
