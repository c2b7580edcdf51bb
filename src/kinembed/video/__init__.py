"""Videos: an LSTM that predicts them, and stick figures drawn from motions."""
