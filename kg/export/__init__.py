"""Everything loaded in other people's formats, each readable by a program that is not ours."""

from kg.export.formats import FORMATS, write

__all__ = ["FORMATS", "write"]
