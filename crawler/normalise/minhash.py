"""The fingerprint of a text: 128 MinHash values of its folded 3-word shingles, how like two of them are, and their LSH bands.

Stored fingerprints depend on the fold of ``core.text`` and on rensa's algorithm; a test holds both to a known value.
"""

from __future__ import annotations

import hashlib
import operator
import struct
from collections.abc import Sequence

from core.text import folded_words

PERMUTATIONS = 128
BANDS = 32
MIN_WORDS = 20
_SEED = 42
_FORMAT = f"<{PERMUTATIONS}I"
_ROW_BYTES = 4 * PERMUTATIONS // BANDS


def fingerprint(text: str) -> bytes:
    """128 little-endian uint32 values, or ``b""`` when the text has too few words to be compared."""
    return fingerprint_words(folded_words(text))


def fingerprint_words(words: Sequence[str]) -> bytes:
    """``fingerprint`` of words that are already folded."""
    if len(words) < MIN_WORDS:
        return b""
    from rensa import RMinHash

    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(list({" ".join(words[at : at + 3]) for at in range(len(words) - 2)}))
    return struct.pack(_FORMAT, *minhash.digest())


def similarity(a: bytes, b: bytes) -> float:
    """Estimated Jaccard similarity of the shingles, 0–1; 0.0 when either text was too short to compare."""
    if len(a) != 4 * PERMUTATIONS or len(b) != 4 * PERMUTATIONS:
        return 0.0
    same: int = sum(map(operator.eq, struct.unpack(_FORMAT, a), struct.unpack(_FORMAT, b)))
    return same / PERMUTATIONS


def bands(fingerprint: bytes) -> tuple[int, ...]:
    """32 signed 64-bit keys; two texts that share one are worth comparing (found: 87 % at 0.5, 99 % at 0.6, 100 % at 0.8)."""
    if not fingerprint:
        return ()
    return tuple(
        int.from_bytes(
            hashlib.blake2b(bytes([band]) + fingerprint[band * _ROW_BYTES : (band + 1) * _ROW_BYTES], digest_size=8).digest(),
            "big",
            signed=True,
        )
        for band in range(BANDS)
    )
