"""Composition root and command line: the only place that builds concrete objects."""

__version__ = "0.1.0"
