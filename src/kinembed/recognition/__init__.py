"""Supervised recognition of actions: from skeletons, from two streams, from few labels."""
