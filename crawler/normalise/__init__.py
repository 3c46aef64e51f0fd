"""RawArticle ► Article: addresses, dates, language, citations, hashes and fingerprints. Pure; the present comes in as a value."""

from crawler.normalise.article import clean_title, content_hash, normalise
from crawler.normalise.citations import SourceNames, clean_source, find_citations, outlet_aliases, source_aliases
from crawler.normalise.dates import ParsedDate, date_in_url, parse_date
from crawler.normalise.language import identify, language_code
from crawler.normalise.minhash import bands, fingerprint, similarity
from crawler.normalise.urls import canonical_url, site_of, url_key

__all__ = [
    "ParsedDate",
    "SourceNames",
    "bands",
    "canonical_url",
    "clean_source",
    "clean_title",
    "content_hash",
    "date_in_url",
    "find_citations",
    "fingerprint",
    "identify",
    "language_code",
    "normalise",
    "outlet_aliases",
    "parse_date",
    "similarity",
    "site_of",
    "source_aliases",
    "url_key",
]
