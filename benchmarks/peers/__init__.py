"""Other programs in the benchmark of this one; each runs in a process of its own."""
