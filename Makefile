# `make` alone lists the targets. Everything lives in .venv and in VAR; nothing else on the machine changes,
# except that system libraries that are missing are installed where this runs as root on Debian.

PYTHON ?= python3
PORT ?= 8000
VAR ?= var
ARGS ?=

BIN := .venv/bin
READY := .venv/.ready
# Settings of a production site for the static checks, which open no connection.
PRODUCTION := env -u DEBUG -u DEMO $(shell cat docker/check.env)

.DEFAULT_GOAL := help
.PHONY: help demo dev test lint bench docs screenshots lock

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

demo: $(READY) ## run the demonstration until Ctrl-C (PORT=8000 VAR=var)
	@exec $(BIN)/python -m scsc.local demo --port "$(PORT)" --var "$(VAR)"

dev: $(READY) ## the same with DEBUG on and a server that reloads changed code
	@exec $(BIN)/python -m scsc.local dev --port "$(PORT)" --var "$(VAR)"

test: lint ## lint, then all tests (ARGS="-k name" narrows them)
	@$(BIN)/python -m scsc.local.system chromium
	$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadgroup $(ARGS)

lint: $(READY) ## style, types, layers, templates, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet
	$(PRODUCTION) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(READY) ## timings, as ratios within one run, against the bounds of the design
	$(BIN)/python -m bench

docs: $(READY) ## write the parts of docs/ that are made from the code
	WRITE_DOCS=1 $(BIN)/python -m pytest -n 0 tests/test_docs.py

screenshots: $(READY) ## take the pictures of the README from a demonstration of its own
	@$(BIN)/python -m scsc.local.system chromium
	$(BIN)/python -m docs.screenshots

lock: $(READY) ## resolve the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements/base.txt
	$(BIN)/uv pip compile $(LOCK) --extra dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt
	echo uv | $(BIN)/uv pip compile $(LOCK) - -o requirements/uv.txt

LOCK := --quiet --upgrade --generate-hashes --no-header --no-emit-index-url --python-version 3.11

$(READY): requirements/dev.txt requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.12")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements/dev.txt
	@$(BIN)/python -m scsc.local.system pango
	@touch $@
