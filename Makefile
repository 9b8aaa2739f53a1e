# Two commands do all the set-up on a machine that has python3 and make:
#   make sandbox   installs the three commands into .venv/bin, serves our contracts, prints the URL, the credentials and a line to paste
#   make test      installs what the tests need and runs all of them
# make peers SHARED=../shared plays what others have written against this checkout.
PYTHON ?= python3
BIN := .venv/bin
MADE := .venv/made-by-$(notdir $(PYTHON))
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The files of versions are whole, so there is nothing to resolve; pip would compile on one core alone.
LOCKED := $(PIP) --no-deps --no-compile --require-hashes --requirement
COMPILED := $(BIN)/python -m compileall -qq -j 0 .venv/lib
UV := .cache/lock/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group build
ROOMS := openapi_documents mock_server contract_tests spec_review
ARGS ?=
SHARED ?= ../shared

# The tests start Python some hundred times; what it has compiled once is kept, whatever this shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: sandbox test peers coverage system bench soak faults proof proof-of-lives review rules lint lock clean

sandbox: .venv/installed
	$(BIN)/mock-server serve $(ARGS)

test:
	@$(MAKE) --no-print-directory --jobs 2 .venv/installed-for-tests system
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

peers: .venv/installed-for-tests
	$(BIN)/python tests/peers/run.py $(ARGS) $(SHARED)

coverage: .venv/installed-for-tests system
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n 4 --dist worksteal $(ARGS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

bench: .venv/installed-for-tests
	$(BIN)/python tests/bench/run.py $(ARGS)

soak: .venv/installed-for-tests
	$(BIN)/python tests/bench/soak.py $(ARGS)

# What `make test` does a little of, ten times as much.
faults: .venv/installed-for-tests system
	UNDERSTUDY_TIMES=10 $(BIN)/python -m pytest --timeout 3600 tests/mock_server/resources/test_durability.py \
	  tests/mock_server/storage tests/mock_server/services/rewards/test_arithmetic.py \
	  tests/contract_tests/test_another_contract.py $(ARGS)

proof: .venv/installed-for-tests
	$(BIN)/python tests/contract_tests/proof.py $(ARGS)

proof-of-lives: .venv/installed-for-tests
	$(BIN)/python tests/contract_tests/proof_of_lives.py $(ARGS)

review: .venv/installed
	$(BIN)/spec-review check openapi

rules: .venv/installed
	$(BIN)/python -c 'from spec_review.lint.reference import page; from spec_review.lint.rules import RULES; print(page(RULES), end="")' > spec_review/lint/rules/README.md

lint: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf .venv .understudy .cache .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

# Another PYTHON makes the environment anew.
$(MADE):
	$(PYTHON) -m venv --clear .venv
	@touch $@

# Exact versions with their hashes, then ourselves; nothing else is fetched, so a folder of wheels will do.
.venv/installed: pyproject.toml .requirements/all.txt | $(MADE)
	@echo "Installing; this takes about a minute the first time."
	$(LOCKED) .requirements/all.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	-@$(COMPILED) $(ROOMS)
	@touch $@

.venv/installed-for-tests: pyproject.toml .requirements/test.txt | $(MADE)
	@echo "Installing with the test extras; this takes about a minute the first time."
	$(LOCKED) .requirements/test.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	-@$(COMPILED) $(ROOMS)
	@touch $@ .venv/installed

# Works the versions out from the ranges in pyproject.toml; what still fits stays. ARGS=--upgrade for the newest.
lock: $(UV)
	$(COMPILE) --extra test --output-file .requirements/test.txt $(ARGS) pyproject.toml
	$(COMPILE) --extra all --constraint .requirements/test.txt --output-file .requirements/all.txt $(ARGS) pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file tests/foreign/requirements.txt $(ARGS) tests/foreign/requirements.in

$(UV):
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/python -m pip install --quiet --disable-pip-version-check uv

# The tests start a PostgreSQL and a browser of their own; both are Debian's packages, and so is Node.js where there is none.
system: .cache/foreign/installed
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && command -v chromium >/dev/null \
	  || { echo "Installing PostgreSQL and Chromium"; \
	       apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql chromium >/dev/null; }

# Programs of others, in exact versions: a player of workflows, generators of clients, a compiler.
.cache/foreign/installed: tests/foreign/install.py tests/foreign/package-lock.json tests/foreign/requirements.txt
	$(PYTHON) tests/foreign/install.py
