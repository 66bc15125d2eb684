"""Regions, organisations, hubs, programmes, cohorts and places: where the programme happens."""
