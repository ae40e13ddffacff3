"""The catalogue: what the shop sells, and the batches that stand of it."""
