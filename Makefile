# `make test` and `make demo` need nothing but Python 3.11 or newer: the first of them sets up `.venv`.
# Another interpreter: `make test PYTHON=python3.13`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help test lint pytest demo bench constraints clean

help:
	@echo 'make test    everything that must hold: format, lint, types, layers, tests'
	@echo 'make lint    the same without the tests'
	@echo 'make demo    find the hazards of examples/shop, then crash its workflow and see it resume'
	@echo 'make bench   the benchmarks (minutes)'
	@echo 'make clean   remove .venv and caches'

# The stamp makes this run once, and again only when what must be installed has changed.
$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo 'make: no python3.11 or python3 found; set PYTHON=/path/to/python' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'make: $(PYTHON) is older than Python 3.11; set PYTHON=/path/to/python' >&2; exit 1; }
	@test -x $(BIN)/python || { echo 'setting up $(VENV) (once)' >&2; "$(PYTHON)" -m venv $(VENV); }
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --upgrade pip
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --group dev -e '.[flake8,lsp,watch]'
	@touch $@

test: lint pytest

lint: $(INSTALLED)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

# A file's tests stay together, and two files run side by side: the tests that kill processes for a minute mostly wait.
pytest: $(INSTALLED)
	$(BIN)/pytest -n 2 --dist loadfile

demo: $(INSTALLED)
	@$(BIN)/python examples/shop/run_demo.py

bench: $(INSTALLED)
	@for run in benchmarks/*/run.py benchmarks/runtime/queues.py; do $(BIN)/python "$$run" || exit 1; done

constraints: $(INSTALLED)
	@{ head -1 constraints.txt; $(BIN)/python -m pip freeze --all --exclude-editable --exclude holdfast \
		--exclude setuptools | grep -E '^[A-Za-z0-9_.-]+=='; } > constraints.new && mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .holdfast_cache .import_linter_cache
