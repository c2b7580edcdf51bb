"""Training of networks: the loop, objectives, checkpoints, trained models."""
