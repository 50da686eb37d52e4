"""A note and the pages it becomes; free of Qt."""
