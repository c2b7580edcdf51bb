"""Figures: data (and axes) in, figure out. Nothing here shows a figure or writes a file."""
