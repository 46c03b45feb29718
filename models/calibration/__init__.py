"""Unknown users: bones and tracker mounts from what the trackers read, each with its uncertainty."""
