"""What this provider wants beside the standard: one file for each."""
