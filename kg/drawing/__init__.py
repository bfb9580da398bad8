"""Figures drawn on the server: pure functions from numbers and labels to SVG text, styled by classes of the site's style sheet."""
