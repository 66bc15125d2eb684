"""The one mail engine: a message is a row with its template's name and hash, delivered after commit."""
