"""Readers and extractors: what turns a file into statements. `kg` finds them by entry point and never imports them."""
