"""Find and recognise behaviours in recordings of movement, without labels, and show why."""

__version__ = "0.1.0"
