"""Arguments that several commands share: the home folder."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_HOME = Path.home() / ".lab-facts"

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="KG_HOME", metavar="DIR", help="Folder that holds what is loaded.", show_default="~/.lab-facts")
]
