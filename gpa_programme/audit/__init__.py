"""What was done and what was read: append-only rows without foreign keys, sealed into a hash chain by a sweep."""
