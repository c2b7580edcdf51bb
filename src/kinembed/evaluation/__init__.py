"""Scores of a segmentation, baselines, and comparisons of methods and settings."""
