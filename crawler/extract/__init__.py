"""From the bytes of a page to its RawArticle: title, paragraphs, dates as text, source, and which layer found each field.

Knows no clock, socket, database or Scrapy. Whatever the bytes, the answer is a RawArticle or an ExtractionError.
"""

from __future__ import annotations

from crawler.extract.article import extract, extract_entry
from crawler.extract.compare import compare
from crawler.extract.supplied import extract_supplied

__all__ = ["compare", "extract", "extract_entry", "extract_supplied"]
