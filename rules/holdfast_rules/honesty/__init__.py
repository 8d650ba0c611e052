"""What analysis itself does not know, and what it was told to overlook: one module a rule."""
