"""Exporters: each module writes pages to files of one format; free of Qt."""
