"""From states of a network to behaviours: embedding, clustering, labels of further recordings."""
