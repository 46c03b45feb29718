"""What the problems other than trackers are measured on, and by what."""
