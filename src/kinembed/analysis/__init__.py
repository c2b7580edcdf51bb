"""What states, layers and units of a network represent."""
