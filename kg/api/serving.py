"""How the service is run: a listening socket and a home in, answers until it is told to stop."""

import gc
from pathlib import Path
from socket import socket

import uvicorn

from kg.api.app import Service, create_app
from kg.api.processes import together
from kg.ontology import prefixes
from kg.sparql.remote import RemoteStore, Server

try:
    from kg.api.direct import DirectProtocol
except ImportError:  # without httptools, of the extra `fast`
    PROTOCOL: type | str = "auto"
else:
    PROTOCOL = DirectProtocol


def settings(app: Service, log_level: str = "warning") -> uvicorn.Config:
    """Settings under which the application answers on a socket."""
    return uvicorn.Config(app, http=PROTOCOL, log_level=log_level, access_log=False, lifespan="on")


def run(listener: socket, app: Service) -> None:
    """Answer on the socket until a signal ends it."""
    gc.collect()
    gc.freeze()  # what is there now stays: a full collection would look at all of it, a tenth of a second each time, and find nothing
    uvicorn.Server(settings(app)).run(sockets=[listener])


def serve(listener: socket, home: Path, server: Server | None = None, processes: int = 1) -> None:
    """Serve a home on the socket, SPARQL from another `server` if one is given, in one process or several.

    Raises: KgError when a process of several ends by itself.
    """
    if processes > 1:
        together(processes, _serve, listener, home, server, processes)
    else:
        _serve(listener, home, server, 1)


def _serve(listener: socket, home: Path, server: Server | None, processes: int) -> None:
    backend = None if server is None else RemoteStore(server, prefixes=prefixes())
    run(listener, create_app(home, backend=backend, processes=processes))
