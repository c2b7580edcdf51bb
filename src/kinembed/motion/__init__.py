"""Motions, skeletons and rotations: what was recorded, and features of it."""
