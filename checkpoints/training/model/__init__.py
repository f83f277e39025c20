"""The model under training: the official `sam2` classes with a small configuration, and what it takes to train them."""
