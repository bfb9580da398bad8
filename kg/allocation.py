"""The settings of glibc's allocator that suit the engine: for processes that are started, and for this one by starting it again.

The engine makes and drops very many small terms for a query. With more of them kept at hand for the next, and in large pages, a query
takes a fifth to a quarter less time (pyoxigraph 0.5, glibc 2.36). Large pages cost much to give back and to get again, which glibc does
for every result of 60 kB unless it may keep some: a third of the time of the process that hands it on. Glibc reads the settings when a
process starts; other C libraries never.
https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
"""

import os
import sys

VARIABLE = "GLIBC_TUNABLES"
SETTINGS = ":".join(
    f"glibc.malloc.{name}={value}"
    for name, value in {
        "tcache_count": 2000,
        "tcache_max": 4096,
        "hugetlb": 1,
        "trim_threshold": 64 << 20,
        "mmap_threshold": 4 << 20,
        "top_pad": 4 << 20,
    }.items()
)


def environment() -> dict[str, str]:
    """This process's environment with the settings, unless it has others."""
    given = os.environ.get(VARIABLE, "")
    # Glibc 2.36 cuts the variable at its first colon while it reads it.
    return {**os.environ, VARIABLE: SETTINGS if SETTINGS.startswith(given) else given}


def restart() -> None:
    """Start the running program again as the same process, with the same arguments; return where it has settings or they mean nothing."""
    if VARIABLE in os.environ or "CS_GNU_LIBC_VERSION" not in getattr(os, "confstr_names", ()):
        return
    try:
        os.confstr("CS_GNU_LIBC_VERSION")
    except (ValueError, OSError):
        return
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment())
