"""The rules of durable execution: one catalogue, read at lint time and at run time."""
