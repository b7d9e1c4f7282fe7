# Everything that is done from a shell. Each target says what it is for: `make help`.
# Needs Python 3.11 or later with venv, git and make; all else is fetched, locked by hash.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
CATALOGUES := $(shell find src -name django.po)
LOCK := $(UV) pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q
# No file name is guessed: these are all the sources that an installation reads.
export UV_NO_PROGRESS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

.PHONY: setup
setup: .venv/.base .venv/.messages ## .venv with what it takes to run

.PHONY: setup-dev
setup-dev: .venv/.dev .venv/.messages ## .venv with what it takes to develop and test

.PHONY: demo
demo: setup ## a demo city at http://127.0.0.1:8000 (ARGS="--scale year" for a whole year)
	$(BIN)/wenming demo $(ARGS)

.PHONY: test
test: setup-dev ## everything but what takes long; says at the end what it had to skip
	@scripts/system.sh
	@scripts/test.sh

.PHONY: test-scale
test-scale: setup-dev ## what takes long: a full year and its like
	$(BIN)/python -m pytest -m scale
	@if command -v pg_virtualenv >/dev/null 2>&1; then \
	  pg_virtualenv -t -o fsync=off scripts/on-postgresql.sh $(BIN)/python -m pytest -m scale tests/demo; \
	else echo "PostgreSQL: no pg_virtualenv, so the year was not built there"; fi

.PHONY: lint
lint: setup-dev ## format, types, layers, unused dependencies
	@scripts/lint.sh

.PHONY: bench
bench: setup-dev ## one benchmark: make bench NAME=api (ARGS="--rounds 9")
	@test -n "$(NAME)" || { echo "which? make bench NAME=…: $$(ls benchmarks | grep -v ^_)"; exit 2; }
	$(BIN)/python benchmarks/$(NAME).py $(ARGS)

.PHONY: messages
messages: setup-dev ## what has no English yet, then compile
	$(BIN)/python scripts/messages.py missing
	$(BIN)/python scripts/messages.py compile

.PHONY: screenshots
screenshots: setup-dev ## docs/img from a demo that runs at URL=http://127.0.0.1:8000
	$(BIN)/python scripts/screenshots.py $(or $(URL),http://127.0.0.1:8000)

.PHONY: lock
lock: .tools/.uv ## requirements/*.txt anew from pyproject.toml
	$(LOCK) --group build -o requirements/base.txt
	$(LOCK) --group dev -o requirements/dev.txt

.tools/.uv: requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; give another one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python has no venv here. On Debian: apt-get install python3-venv"; exit 1; }
	test -x .tools/bin/pip || $(PYTHON) -m venv .tools
	.tools/bin/pip install -q --require-hashes --only-binary :all: -r requirements/tools.txt
	@touch $@

.venv/bin/python: .tools/.uv
	test -x $@ || $(UV) venv -q --python $(PYTHON) .venv
	@touch -c $@

# Installing adds and never takes away, so that a demo does not undo a developer's environment.
.venv/.base: requirements/base.txt pyproject.toml .venv/bin/python
	$(UV) pip install -q --python .venv --require-hashes -r requirements/base.txt
	$(UV) pip install -q --python .venv --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	$(UV) pip sync -q --python .venv --require-hashes requirements/dev.txt
	$(UV) pip install -q --python .venv --no-deps --no-build-isolation -e .
	@touch $@

.venv/.messages: $(CATALOGUES) scripts/messages.py .venv/.base
	$(BIN)/python scripts/messages.py compile
	@touch $@
