# Matka: every command for people, pre-commit hooks and CI. `make help` lists them.
# A target brings what it needs first, and says so before it installs anything; a second run starts at once.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install doctor demo explore up test test-faults test-rehearsal test-browser coverage lint format bench bench-growth prove lock clean

PYTHON ?= python3
BIN := .venv/bin
BOOTSTRAP := PYTHONPATH=cli $(PYTHON) -m matka_cli.bootstrap
COHORT ?= examples/cohort
DATA ?= var/rehearsal
ARGS ?=

help: ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-16s %s\n", $$1, $$2}'

install: ## Bring system packages, .venv and dependencies up to the locks
	@$(BOOTSTRAP)

doctor: ## Say what this machine lacks and the line that installs it; installs nothing
	@PYTHONPATH=cli $(PYTHON) -m matka_cli.doctor

demo: install ## Play a whole six-month program, from applicants to certificates
	@$(BIN)/matka rehearse $(COHORT) $(ARGS)

explore: install ## Open the finished program of `make demo` for a look around
	@$(BIN)/matka up --quiet --data $(DATA) $(ARGS)

up: install ## Start everything for development and keep it up
	@$(BIN)/matka up $(ARGS)

test: ## Unit, contract, component, integration, e2e and architecture tests; the store's suite on MongoDB too
	@$(BOOTSTRAP) --mongo
	@$(BIN)/python tests/run.py $(ARGS)

test-faults: ## Kill, freeze, cut, fill, upgrade: what must survive does, a whole program included
	@$(BOOTSTRAP) --mongo
	@$(BIN)/python tests/run.py tests/faults $(ARGS)

test-rehearsal: ## The main job in full, unseen cohorts, two replicas, MongoDB's adapter; its checker proven
	@$(BOOTSTRAP) --mongo
	@$(BIN)/python tests/run.py tests/rehearsal $(ARGS)

test-browser: ## Every page in a real browser, at both widths, in every language; pictures in var/screens
	@$(BOOTSTRAP) --browser
	@$(BIN)/python -m pytest tests/browser -n 2 --dist loadfile $(ARGS)

coverage: ## Branch coverage against its floors (ARGS=--raise lifts the ratchet to what was reached)
	@$(BOOTSTRAP) --mongo
	@$(BIN)/python tests/run.py $(wildcard tests/unit tests/contract tests/component tests/integration) \
	  --cov --cov-report=json:var/coverage.json --cov-report=
	@$(BIN)/python tests/architecture/coverage.py $(ARGS)

lint: install ## Formatting, rules, types, boundaries, figures, compose file
	@$(BIN)/python tests/architecture/lint.py

format: install ## Put the code in form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: ## Figures of kit and services beside others', in one table: bench/results/table.md (ARGS="broker latency")
	@$(BOOTSTRAP) --bench
	@$(BIN)/python -m bench $(ARGS)

bench-growth: install ## Time of the main job for cohorts of growing size (ARGS="12 44 150 500")
	@$(BIN)/python -m bench.long.growth $(ARGS)

prove: install ## On a container engine: rehearse, kill, build images, play a program by them, compose up
	@deploy/prove $(ARGS)

lock: install ## Make every lock in requirements/ anew (ARGS=--upgrade takes the newest versions)
	@requirements/lock $(ARGS)

clean: ## Remove what was built, installed into the checkout and left by runs
	@rm -rf .venv .venv-mongo .venv-bench var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
