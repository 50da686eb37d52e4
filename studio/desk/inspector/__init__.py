"""The inspector: what the network did for each pen point, seen from several sides at once."""
