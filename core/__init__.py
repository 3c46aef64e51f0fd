"""Vocabulary everybody may import: frozen types, clock, errors, configuration, text folding. Knows no other package."""
