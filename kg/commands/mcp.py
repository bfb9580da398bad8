"""`kg mcp`: the tools for language models over standard input and output."""

import anyio

from kg import ontology
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.release import filled


def mcp(home: HomeOption = DEFAULT_HOME) -> None:
    """Serve the Model Context Protocol on standard input and output; over HTTP it is at /mcp of `kg serve`."""
    from kg.api.current import Current
    from kg.mcp import create_server  # with the SDK 1 s to import: only this command needs it
    from kg.sparql.pool import WorkerPool

    filled(home)
    current = Current(home)

    async def serve() -> None:
        queries = WorkerPool(current.store, prefixes=ontology.prefixes())
        await queries.start()
        try:
            await create_server(current, queries).run_stdio_async()
        finally:
            await queries.close()
            current.close()

    anyio.run(serve)
