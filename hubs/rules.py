"""Pure decisions of hubs, without a database."""
