"""Structured sources: a table file (CSV or JSON) and a description of its columns in TOML go in, one statement a cell comes out."""
