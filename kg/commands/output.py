"""How commands write: text on standard output, remarks on standard error, and a closed pipe is not an error."""

import os
import sys
from collections.abc import Iterable

from kg.documents import Problem


def write(lines: Iterable[str]) -> None:
    """Print lines; when the reader has gone (`| head`), stop quietly."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def remark_problems(problems: Iterable[Problem]) -> None:
    """What could not be used, a line each on standard error."""
    for problem in problems:
        where = "" if problem.where == "file" else f" {problem.where}:"
        remark(f"{problem.severity}: {problem.document}:{where} {problem.message}")


def remark(text: str) -> None:
    """One line on standard error."""
    print(" ".join(text.split()), file=sys.stderr)
