"""`kg serve`: pages, API, SPARQL and embeds over the home."""

import socket
from typing import Annotated

import typer

from kg import allocation
from kg.catalogue import Catalogue
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.remote import AuthOption, QueryUrlOption, SecretOption, UserOption, server_of
from kg.errors import UsageError
from kg.release import filled


def _listening(host: str, port: int) -> socket.socket:
    """A bound socket. Raises: UsageError when the address cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        raise UsageError(
            f"{host} port {port} cannot be listened on ({error.strerror or error}); choose another with --host or --port"
        ) from None
    return listener


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8000,
    sparql: QueryUrlOption = None,
    auth: AuthOption = "none",
    user: UserOption = "",
    secret: SecretOption = "",
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer; more than one for many clients at once.")] = 1,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Serve pages, API, SPARQL and embeds; an empty home is filled from the packaged release first."""
    server = None if sparql is None else server_of(sparql, auth, user, secret)
    with _listening(host, port) as listener:
        allocation.restart()

        from kg.api import serving  # with FastAPI 1 s to import: only this command needs them

        filled(home)
        counts = Catalogue.open(home).release().counts
        shown = f"[{host}]" if ":" in host else host
        print(f"{counts['statements']} statements of {counts['documents']} documents in {home}", flush=True)
        print(f"Lab Facts is at http://{shown}:{listener.getsockname()[1]}/ (Ctrl+C stops it)", flush=True)
        serving.serve(listener, home, server, processes)
