"""Puts the pages, their static files and their error pages into an app."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from kg.api.pages import document, entity, fact, failures, statement
from kg.api.pages.site import STATIC, Site


def register(app: FastAPI, site: Site) -> None:
    """Add every page's route. Call it after the data routes: they come first where both answer one address."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for page in (entity, fact, statement, document):
        app.include_router(page.router(site), include_in_schema=False)
    failures.register(app)
