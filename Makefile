# Two commands do all the set-up on a machine that has python3 and make:
#   make sandbox   installs what the sandbox needs, serves it, prints the URL, the credentials and a line to paste
#   make test      installs what the tests need and runs all of them
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .constraints.txt
ARGS ?=

.PHONY: sandbox test system bench proof review lint clean

sandbox: .venv/installed
	$(BIN)/mock-server serve $(ARGS)

test: .venv/installed-for-tests system
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

bench: .venv/installed-for-tests
	$(BIN)/python tests/bench/run.py $(ARGS)

proof: .venv/installed-for-tests
	$(BIN)/python tests/contract_tests/proof.py $(ARGS)

review: .venv/installed
	$(BIN)/spec-review check openapi

lint: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf .venv .understudy .cache .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml .constraints.txt
	@echo "Installing; this takes about a minute the first time."
	$(PIP) --editable .
	@touch $@

.venv/installed-for-tests: .venv/bin/python pyproject.toml .constraints.txt
	@echo "Installing with the test extras; this takes about a minute the first time."
	$(PIP) --editable '.[test]'
	@touch $@ .venv/installed

# The tests start a PostgreSQL and a browser of their own; both are Debian's packages.
system:
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && command -v chromium >/dev/null \
	  || { echo "Installing PostgreSQL and Chromium"; \
	       apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql chromium >/dev/null; }
