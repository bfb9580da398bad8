"""The review page: texts with their statements marked in them, for a person to see what was found and what was not."""

from kg.review.page import Reviewed, review_page

__all__ = ["Reviewed", "review_page"]
