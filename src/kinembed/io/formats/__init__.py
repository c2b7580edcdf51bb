"""Files of recordings: parsers take text or bytes and return records, writers do the reverse.

A parser opens nothing; the name of its file serves its messages. Only ``reader`` opens files, and
``video_file``, because videos are decoded frame by frame.
"""
