"""Our speaker against real ones: lab, drivers of the peers, features, matrix."""
