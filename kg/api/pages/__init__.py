"""The pages: HTML drawn on the server from the catalogue, one router a kind of page."""

from kg.api.pages.register import register
from kg.api.pages.site import Site

__all__ = ["Site", "register"]
