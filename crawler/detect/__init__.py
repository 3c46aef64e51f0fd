"""Which topics an article belongs to, how surely, and which of its words say so. Pure: text in, matches out.

``build_detector`` reads the gazetteer and the user's topics once; ``Detector.match`` then judges one article at a time.
"""

from __future__ import annotations

from crawler.detect.detector import BUILTIN_TOPIC, Detector, build_detector

__all__ = ["BUILTIN_TOPIC", "Detector", "build_detector"]
