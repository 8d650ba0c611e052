"""A small shop: one workflow that is fit to be durable, and one that is not."""
