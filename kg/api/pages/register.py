"""Puts the pages, their static files and their error pages into an app."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from kg.api.pages import (
    charts,
    checks,
    disagreements,
    document,
    entity,
    fact,
    failures,
    home,
    lists,
    path,
    questions,
    search,
    sparql,
    statement,
    validation,
)
from kg.api.pages.site import STATIC, Site

PAGES = (
    home, lists, entity, fact, statement, document, path, disagreements, checks, validation, search, charts, questions, sparql,
)  # fmt: skip


def register(app: FastAPI, site: Site) -> None:
    """Add every page's route. Call it after the data routes: they come first where both answer one address."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for page in (
        home,
        lists,
        entity,
        fact,
        statement,
        document,
        path,
        disagreements,
        checks,
        validation,
        search,
        charts,
        questions,
        sparql,
    ):
        app.include_router(page.router(site), include_in_schema=False)
    failures.register(app)
