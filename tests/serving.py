"""Serve an application over real HTTP on a free port of this machine, for the length of a `with` block."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from pyoxigraph import Quad, Store

from kg.api.app import Service, create_app
from kg.api.serving import settings
from kg.sparql.jobs import Limits
from kg.sparql.pool import WorkerPool

ROOMY = Limits(seconds=60, wait=60, waiting=1000)
"""Limits that a loaded machine does not reach."""


@contextmanager
def served(app: Service) -> Iterator[str]:
    """The address of the running application, without a slash at its end."""
    server = uvicorn.Server(settings(app, "error"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()


def stored(folder: Path, quads: list[Quad]) -> Path:
    """A new store on disk with these quads."""
    store = Store(str(folder))
    store.bulk_extend(quads)
    store.flush()
    return folder


@contextmanager
def endpoint(folder: Path, limits: Limits = ROOMY) -> Iterator[str]:
    """The address of a service whose SPARQL endpoint answers from the store in `folder`."""
    with served(create_app(folder / "no-home", backend=WorkerPool(lambda: folder, limits))) as address:
        yield address
