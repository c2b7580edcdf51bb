"""What the fair trial of learning clusters: each file makes rows of a recording, by one idea.

A representation is a function of a recording and a seed; it gives embeddings of the recording with
30 principal components, as those of the trained network have. :mod:`.table` lists them.
"""
