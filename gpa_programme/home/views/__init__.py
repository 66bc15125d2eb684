"""The pages that mix all apps, split by noun."""
