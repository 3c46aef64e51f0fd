# Everything a newcomer needs is `make demo` and `make test`; both install what they need into .venv by themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: demo test check run bench bench-peers clean

.venv/.installed: requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rasid needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@echo "installing into .venv (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev.lock
	@touch $@

demo: .venv/.installed  ## the whole job on a small newsroom of its own: no accounts, no network
	@$(BIN)/rasid demo

test: .venv/.installed-dev  ## every test
	@$(BIN)/python -m pytest -n 4 --dist worksteal --ignore tests/e2e/test_crashes.py
	@$(BIN)/python -m pytest tests/e2e/test_crashes.py  # alone: what it counts depends on how busy the machine is

check: .venv/.installed-dev  ## style, types, architecture
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_architecture.py

run: .venv/.installed  ## the daemon on the live outlets, with rasid.toml
	@$(BIN)/rasid run

.venv-bench/.installed-peers: requirements.lock requirements-bench.lock
	@test -x .venv-bench/bin/python || "$(PYTHON)" -m venv .venv-bench
	@echo "installing what we are compared with into .venv-bench (once) ..."
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock -r requirements-bench.lock
	@touch $@

bench-peers: .venv-bench/.installed-peers  ## the other extractors, for bench.extraction

bench: .venv/.installed-dev .venv-bench/.installed-peers  ## every figure in docs/benchmarks.md
	@$(BIN)/python -m bench

clean:
	rm -rf .venv .venv-bench build *.egg-info .pytest_cache .mypy_cache .ruff_cache
