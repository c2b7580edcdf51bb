"""Synthetic recordings: a person, planar curves, moving digits."""
