"""Where entries come from: one spider that polls outlets, and one TOML per outlet in ``outlets/``."""
