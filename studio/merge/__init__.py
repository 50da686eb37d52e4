"""Merging: many letters from one template and a table, on one machine or on many."""
