"""Recordings from files, folders and archives, and synthetic ones, to motions."""
