"""A Python client of the service: lists that page themselves, records with their provenance, SPARQL, tables for pandas and notebooks.

>>> from kg.client import Client                                              # doctest: +SKIP
>>> with Client("http://127.0.0.1:8000") as labs:                             # doctest: +SKIP
...     labs.statements(subject="model/deepseek-v3", predicate="trainingCost").to_dataframe()
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import httpx

from kg.errors import ServiceError, UnknownName

if TYPE_CHECKING:
    import pandas

Record = dict[str, Any]
SHOWN = ("label", "subject", "predicate", "object", "value", "unit", "status", "relation", "title", "kind", "quote")


class Records(list[Record]):
    """Records of a list, as a table where one is wanted."""

    def to_dataframe(self) -> "pandas.DataFrame":
        """A pandas DataFrame, nested members as `outer.inner` columns.

        Raises: ServiceError when pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise ServiceError("pandas is not installed; install it with `pip install pandas`") from None
        return pandas.json_normalize([_without_maps(record) for record in self])

    def _repr_html_(self) -> str:
        """A table for notebooks: the columns people read first, everything escaped, at most 50 rows."""
        names = [name for name in SHOWN if any(record.get(name) not in (None, "", []) for record in self)] or ["id"]
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        cells = [["" if record.get(name) is None else escape(str(record[name])) for name in names] for record in self[:50]]
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
        more = f"<p>{len(self) - 50} more</p>" if len(self) > 50 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _without_maps(record: Record) -> Record:
    """The record with its qualifiers and identifiers, whose keys differ by row, as text."""
    made = dict(record)
    for name in ("qualifiers", "identifiers"):
        if isinstance(made.get(name), Mapping):
            made[name] = "; ".join(f"{key}={value}" for key, value in made[name].items())
    return made


def _checked(response: httpx.Response) -> Any:
    """The JSON of a good answer.

    Raises: UnknownName for 404 and 410, ServiceError for any other error, with the service's own words.
    """
    if response.is_success:
        return response.json()
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = response.text[:200]
    if response.status_code in (404, 410):
        error = UnknownName("such thing", str(response.url.path))
        error.args = (detail,)
        raise error
    raise ServiceError(f"{response.request.method} {response.url.path} gave {response.status_code}: {detail}")


def _parameters(parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    """Parameters without those not given; None for none, since httpx takes an empty map as a query to put in place of the address's."""
    return {name.rstrip("_"): value for name, value in parameters.items() if value is not None} or None


def _path(kind: str, id: str) -> str:
    return f"/api/v1/{kind}/{id}"


def _bindings(answer: Mapping[str, Any]) -> Records:
    rows = [{name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]]
    return Records({name: row.get(name) for name in answer["head"]["vars"]} for row in rows)


_SPARQL = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}


class Client:
    """The service at `address`, asked one question after the other."""

    def __init__(self, address: str, timeout: float = 30.0, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=address, timeout=timeout, transport=transport, headers={"Accept": "application/json"})

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _one(self, path: str, **parameters: Any) -> Record:
        found: Record = _checked(self._http.get(path, params=_parameters(parameters)))
        return found

    def pages(self, path: str, **parameters: Any) -> Iterator[Record]:
        """Every item of a list, page after page."""
        answer = self._one(path, **parameters)
        while True:
            yield from answer["items"]
            if not answer["next"]:
                return
            answer = self._one(answer["next"])

    def _list(self, name: str, most: int | None, parameters: Mapping[str, Any]) -> Records:
        made = Records()
        for record in self.pages(f"/api/v1/{name}", **{"limit": 200 if most is None else min(most, 200), **parameters}):
            if most is not None and len(made) >= most:
                break
            made.append(record)
        return made

    def statements(self, most: int | None = None, **filters: Any) -> Records:
        """Statements that fit the filters: subject, predicate, object, entity, claimant, document, status, unit, min, max, as_of ..."""
        return self._list("statements", most, filters)

    def facts(self, most: int | None = None, **filters: Any) -> Records:
        """Facts by subject, predicate, relation or entity."""
        return self._list("facts", most, filters)

    def entities(self, most: int | None = None, **filters: Any) -> Records:
        """Entities by type or part of a name (`q`)."""
        return self._list("entities", most, filters)

    def documents(self, most: int | None = None) -> Records:
        """Documents by name."""
        return self._list("documents", most, {})

    def checks(self, most: int | None = None, **filters: Any) -> Records:
        """Checks by kind and verdict."""
        return self._list("checks", most, filters)

    def disagreements(self, most: int | None = None, **filters: Any) -> Records:
        """Pairs of statements that do not simply agree."""
        return self._list("disagreements", most, filters)

    def search(self, q: str, limit: int = 50) -> Records:
        """Entities, documents and statements that hold every word."""
        return Records(self._one("/api/v1/search", q=q, limit=limit)["items"])

    def paths(self, start: str, end: str, max_steps: int = 4, limit: int = 50) -> Records:
        """Every way between two entities, each step with its statements."""
        return Records(self._one("/api/v1/paths", **{"from": start, "to": end}, max_steps=max_steps, limit=limit)["items"])

    def statement(self, id: str) -> Record:
        """One statement. Raises: UnknownName."""
        return self._one(_path("statements", id))

    def fact(self, id: str) -> Record:
        """One fact with its statements. Raises: UnknownName."""
        return self._one(_path("facts", id))

    def entity(self, id: str) -> Record:
        """One entity, "model/deepseek-v3". Raises: UnknownName."""
        return self._one(_path("entities", id))

    def query(self, name: str, **parameters: Any) -> Records:
        """The rows of a question of the library."""
        return Records(self._one(_path("queries", name), **{"limit": 1000, **parameters})["items"])

    def sparql(self, text: str) -> Records:
        """The rows of a SPARQL SELECT, cells as text. Raises: ServiceError."""
        return _bindings(_checked(self._http.post("/sparql", content=text.encode(), headers=_SPARQL)))


class AsyncClient:
    """The same for asyncio."""

    def __init__(self, address: str, timeout: float = 30.0, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(base_url=address, timeout=timeout, transport=transport, headers={"Accept": "application/json"})

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _one(self, path: str, **parameters: Any) -> Record:
        found: Record = _checked(await self._http.get(path, params=_parameters(parameters)))
        return found

    async def pages(self, path: str, **parameters: Any) -> AsyncIterator[Record]:
        """Every item of a list, page after page."""
        answer = await self._one(path, **parameters)
        while True:
            for record in answer["items"]:
                yield record
            if not answer["next"]:
                return
            answer = await self._one(answer["next"])

    async def _list(self, name: str, most: int | None, parameters: Mapping[str, Any]) -> Records:
        made = Records()
        async for record in self.pages(f"/api/v1/{name}", **{"limit": 200 if most is None else min(most, 200), **parameters}):
            if most is not None and len(made) >= most:
                break
            made.append(record)
        return made

    async def statements(self, most: int | None = None, **filters: Any) -> Records:
        """Statements that fit the filters."""
        return await self._list("statements", most, filters)

    async def facts(self, most: int | None = None, **filters: Any) -> Records:
        """Facts by subject, predicate, relation or entity."""
        return await self._list("facts", most, filters)

    async def entities(self, most: int | None = None, **filters: Any) -> Records:
        """Entities by type or part of a name (`q`)."""
        return await self._list("entities", most, filters)

    async def disagreements(self, most: int | None = None, **filters: Any) -> Records:
        """Pairs of statements that do not simply agree."""
        return await self._list("disagreements", most, filters)

    async def search(self, q: str, limit: int = 50) -> Records:
        """Entities, documents and statements that hold every word."""
        return Records((await self._one("/api/v1/search", q=q, limit=limit))["items"])

    async def statement(self, id: str) -> Record:
        """One statement. Raises: UnknownName."""
        return await self._one(_path("statements", id))

    async def fact(self, id: str) -> Record:
        """One fact with its statements. Raises: UnknownName."""
        return await self._one(_path("facts", id))

    async def entity(self, id: str) -> Record:
        """One entity. Raises: UnknownName."""
        return await self._one(_path("entities", id))

    async def query(self, name: str, **parameters: Any) -> Records:
        """The rows of a question of the library."""
        return Records((await self._one(_path("queries", name), **{"limit": 1000, **parameters}))["items"])

    async def sparql(self, text: str) -> Records:
        """The rows of a SPARQL SELECT, cells as text. Raises: ServiceError."""
        return _bindings(_checked(await self._http.post("/sparql", content=text.encode(), headers=_SPARQL)))
