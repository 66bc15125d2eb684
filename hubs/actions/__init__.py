"""What changes the records of hubs, split by noun."""
