"""Where the shared inputs are (documents, gold lists, tools): tests that need them skip without, except where CI says they are there."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(not SHARED.is_dir() and not os.environ.get("CI"), reason=f"{SHARED} is absent")
