"""The commands that mix all apps: reference data, the demonstration, the check of all records."""
