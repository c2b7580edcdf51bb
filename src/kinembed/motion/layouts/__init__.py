"""Known skeletons and column layouts, with their tables."""
