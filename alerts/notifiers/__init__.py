"""The notifiers that come with Rasid, one module each; found through the entry points in pyproject.toml."""
