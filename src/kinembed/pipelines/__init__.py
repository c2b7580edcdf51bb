"""One package per stage; stages meet in the catalog alone."""
