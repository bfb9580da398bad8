"""The service over HTTP: SPARQL, JSON, embeds and pages; one router a resource, put together in kg/api/app.py."""
