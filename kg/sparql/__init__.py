"""SPARQL as a service: the text is read and judged here, run in killable processes, and answered in any standard format."""
