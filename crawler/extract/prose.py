"""Tells the paragraphs of an article from labels and links, by how a line reads."""

from __future__ import annotations

from crawler.extract.lines import Line

PROSE = 80
"""Characters from which a line that is not a link is a paragraph rather than a label."""
SENTENCE_END = (".", "!", "?", "؟", "…", ":", "»", "”", '"', "،", ")", "؛")
SUBHEADINGS = ("h2", "h3", "h4", "h5", "h6")
SENTENCE = 40
"""Characters from which a line may be a sentence of an article."""


def is_prose(line: Line) -> bool:
    """Whether a line reads like a paragraph: long, not a link, and ended like a sentence or longer than headlines are."""
    return len(line.text) >= PROSE and line.links < 0.5 and (line.text.endswith(SENTENCE_END) or len(line.text) >= 2 * PROSE)


def is_sentence(line: Line) -> bool:
    """Whether a line is article text, if only a short sentence of it."""
    return is_prose(line) or (len(line.text) >= SENTENCE and line.links < 0.5 and line.text.endswith(SENTENCE_END))
