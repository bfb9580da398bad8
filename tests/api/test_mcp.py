"""The MCP server, driven by the SDK's own client: in this process, over HTTP, over standard input and output."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

TOOLS = {"search_entities", "get_facts", "get_provenance", "find_paths", "get_disagreements", "run_sparql"}


async def use(client: Client) -> dict[str, Any]:
    """Go through every tool as a model would: from a name to the sources."""
    seen: dict[str, Any] = {}

    async def call(name: str, **arguments: Any) -> Any:
        result = await client.call_tool(name, arguments)
        assert not result.is_error, result.content
        assert result.structured_content is not None
        return result.structured_content

    tools = (await client.list_tools()).tools
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.output_schema and tool.description and tool.annotations and tool.annotations.read_only_hint for tool in tools)
    seen["entities"] = await call("search_entities", query="nimbus")
    entity = seen["entities"]["entities"][0]["id"]
    seen["facts"] = await call("get_facts", entity=entity, predicate="trainingCost")
    statement = seen["facts"]["facts"][0]["said"][0]["id"]
    seen["provenance"] = await call("get_provenance", id=statement)
    seen["paths"] = await call("find_paths", start="Cirrus Labs", end="X100")
    seen["disagreements"] = await call("get_disagreements", entity="Nimbus-2")
    seen["rows"] = await call("run_sparql", query="SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }", limit=3)
    refused = await client.call_tool("run_sparql", {"query": "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"})
    seen["refused"] = (refused.is_error, refused.content[0].text)  # type: ignore[union-attr]
    unknown = await client.call_tool("get_facts", {"entity": "no such lab"})
    seen["unknown"] = (unknown.is_error, unknown.content[0].text)  # type: ignore[union-attr]
    return seen


def check(seen: dict[str, Any]) -> None:
    """Every result carries ids, quotes, status and conflicts."""
    assert seen["entities"]["entities"][0]["id"] == "model/nimbus-2"
    facts = seen["facts"]["facts"]
    said = [statement for fact in facts for statement in fact["said"]]
    assert len(said) == 4 and all(item["id"] and item["quote"] and item["status"] and item["source"]["documentId"] for item in said)
    assert any(pair["relation"] == "contradicts" for fact in facts for pair in fact["pairs"])
    provenance = seen["provenance"]
    assert provenance["statement"]["quote"] in provenance["passage"]
    assert provenance["document"]["id"] == provenance["statement"]["documentId"]
    step = seen["paths"]["paths"][0]["steps"][0]
    assert step["disputed"] is True and step["relations"][0]["statements"][0]["status"] == "alleged"
    pair = seen["disagreements"]["disagreements"][0]
    assert pair["left"]["quote"] and pair["right"]["quote"] and pair["explanation"]
    assert seen["rows"]["columns"] == ["s", "l"] and len(seen["rows"]["rows"]) == 3 and seen["rows"]["truncated"] is True
    assert seen["refused"][0] and "SERVICE is refused" in seen["refused"][1]
    assert seen["unknown"][0] and "no such lab" in seen["unknown"][1]


def run(connect: Callable[[], Any], work: Callable[[Client], Awaitable[Any]] = use) -> Any:
    """Open a client and work with it."""

    async def go() -> Any:
        async with Client(connect()) as client:
            return await work(client)

    return asyncio.run(go())


def test_tools_over_http(address: str) -> None:
    check(run(lambda: f"{address}/mcp"))


def test_tools_over_standard_input_and_output(home: Path) -> None:
    command = StdioServerParameters(command=sys.executable, args=["-c", f"from kg.cli import run; run(['mcp', '--home', {str(home)!r}])"])
    check(run(lambda: stdio_client(command)))


def test_many_clients_leave_no_session_behind(address: str) -> None:
    async def greet(client: Client) -> int:
        return len((await client.list_tools()).tools)

    assert [run(lambda: f"{address}/mcp", greet) for _ in range(3)] == [len(TOOLS)] * 3


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_other_requests_at_mcp_are_answered_without_a_server_error(address: str, method: str) -> None:
    assert 400 <= httpx.request(method, f"{address}/mcp", timeout=10).status_code < 500
