"""Where the packaged files are: in a checkout beside the packages, in a wheel inside `kg/packaged`."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """Path of a packaged file or folder, such as `resource("ontology", "ontology.ttl")` or `resource("queries")`."""
    packaged = PACKAGE / "packaged" / parts[0]
    root = packaged if packaged.exists() else PACKAGE.parent / parts[0]
    return root.joinpath(*parts[1:])
