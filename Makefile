# The commands of CONTRIBUTING.md. Nothing here needs Docker, a compiler or an address other than the package registries.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: install run test check bench docs soak locks
.DEFAULT_GOAL := run

install: $(VENV)/run.installed

run: install
	@exec $(BIN)/socle demo

test: $(VENV)/check.installed
	@.ci/prepare test
	$(BIN)/python -m pytest

check: $(VENV)/check.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/architecture

bench: $(VENV)/check.installed
	$(BIN)/python -m bench --full

soak: $(VENV)/check.installed
	$(BIN)/python -m pytest -m soak

docs: $(VENV)/check.installed
	$(BIN)/python -m tools.documentation

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Il manque Python 3.11, 3.12 ou 3.13 (Debian 12 : apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Il manque le module venv de $(PYTHON) (Debian : apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.installed: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/check.installed: requirements/check.lock $(VENV)/run.installed
	$(PIP) -r requirements/check.lock
	@touch $@

# Dependencies are declared in pyproject.toml; the locks hold versions and hashes for Python 3.11 to 3.13 and no address.
locks:
	uv pip compile pyproject.toml $(LOCK) --output-file requirements/run.lock
	uv pip compile pyproject.toml $(LOCK) --extra check --constraint requirements/run.lock --output-file requirements/check.lock
