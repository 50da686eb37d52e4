"""Lines made of other lines, so that characters that are rare in a corpus are learnt."""
