"""`kg push`, and the options of commands that use another SPARQL server instead of the home's own store."""

import asyncio
from typing import Annotated, Literal, cast

import typer

from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.errors import UsageError
from kg.ontology import prefixes
from kg.release import filled
from kg.sparql.remote import RemoteStore, Server
from kg.store import open_store

KINDS = ("none", "basic", "digest", "bearer")

QueryUrlOption = Annotated[
    str | None, typer.Option("--sparql", envvar="KG_SPARQL", metavar="URL", help="Answer SPARQL from this server's query address.")
]
AuthOption = Annotated[str, typer.Option("--sparql-auth", envvar="KG_SPARQL_AUTH", metavar="KIND", help=f"{', '.join(KINDS)}.")]
UserOption = Annotated[str, typer.Option("--sparql-user", envvar="KG_SPARQL_USER", help="For basic and digest.")]
SECRET = "KG_SPARQL_SECRET"
SecretOption = Annotated[
    str, typer.Option("--sparql-secret", envvar=SECRET, help=f"Password or token; better in the variable {SECRET}.", show_default=False)
]


def server_of(query: str, auth: str, user: str, secret: str, graph_store: str | None = None) -> Server:
    """The other server as the options describe it.

    Raises: UsageError for an address that is not http or an unknown kind of authentication.
    """
    for address in (query, graph_store):
        if address is not None and not address.startswith(("http://", "https://")):
            raise UsageError(f"{address!r} is not an address of a SPARQL server; expected one such as http://127.0.0.1:7878/query")
    if auth not in KINDS:
        raise UsageError(f"--sparql-auth is {auth!r}; expected one of {', '.join(KINDS)}")
    return Server(query, None, graph_store, cast(Literal["none", "basic", "digest", "bearer"], auth), user, secret)


def push(
    graph_store: Annotated[
        str, typer.Argument(metavar="URL", help="The server's graph-store address, such as http://127.0.0.1:7878/store.")
    ],
    auth: AuthOption = "none",
    user: UserOption = "",
    secret: SecretOption = "",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Put the home's graphs into another SPARQL server by the Graph Store Protocol, each as a whole."""
    filled(home)
    remote = RemoteStore(server_of(graph_store, auth, user, secret, graph_store), prefixes=prefixes())

    async def put() -> int:
        await remote.start()
        try:
            return await remote.publish(open_store(home))
        finally:
            await remote.close()

    print(f"{asyncio.run(put())} graphs are now in {graph_store}")
