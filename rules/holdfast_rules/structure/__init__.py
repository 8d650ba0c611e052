"""How durable operations stand in the code: one module a rule."""
