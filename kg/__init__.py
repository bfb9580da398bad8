"""Lab Facts: statements about AI labs, each tied to the characters that support it and to whoever said it."""

__version__ = "0.1.0"
