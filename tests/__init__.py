"""Tests; as a package, so that workers of another process find functions that are defined here."""
