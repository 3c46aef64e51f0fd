"""Article ► Verdict: new, revision, duplicate or near-duplicate, and which story it joins. Pure; candidates come in as values."""

from core.model import Candidate, Keys
from crawler.dedup.decide import decide, keys, title_key_hash

__all__ = ["Candidate", "Keys", "decide", "keys", "title_key_hash"]
