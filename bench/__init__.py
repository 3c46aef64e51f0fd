"""Benchmarks: each module prints one figure or table, ``python -m bench`` all of them. docs/benchmarks.md says what they mean."""
