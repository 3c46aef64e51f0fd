"""RawArticle ► Article: addresses, dates, language, citations, hashes and fingerprints. Pure; the present comes in as a value.

The daemon itself needs addresses, dates and fingerprints only; so nothing is imported here, and the words of six languages stay with
the process that reads pages.
"""
