# The whole workflow in one screen. Everything here prepares what it needs first: the virtual
# environment, the locked requirements, Node and the frontend's packages, each only when it changed.

PYTHON ?= python3
PREPARE := $(PYTHON) tools/bootstrap.py
CASES ?= tests/sandbox/expressions.json

.DEFAULT_GOAL := help
.PHONY: help run test test-fast check format bench bench-editor screenshots faults new-node lock catalogue client clean

help: ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: ## Start everything and print the address       (PORT=8000 DATA_DIR=./data)
	@$(PREPARE) --frontend -- python manage.py up

test: ## All tests: unit, PostgreSQL, whole product, browser   (ARGS="-k name")
	@$(PREPARE) --frontend -- python tools/tests.py $(ARGS)

test-fast: ## The tests that start no product and no browser
	@$(PREPARE) -- python tools/tests.py --fast $(ARGS)

check: ## Lint, types, import contracts, API client, frontend
	@$(PREPARE) --packages -- python tools/check.py

format: ## Rewrite the sources in the project's format
	@$(PREPARE) --packages -- sh -c 'ruff check --fix -q . ; ruff format -q . && cd editor_frontend && npm run --silent fix'

bench: ## Measure speed and memory, a JSON line a figure   (ONLY=a,b FAST=1 DATABASE=postgres)
	@$(PREPARE) --frontend -- python -m bench

bench-editor: ## Measure the editor in a browser, a JSON line a figure   (ONLY=a,b FAST=1)
	@$(PREPARE) --frontend -- python -m bench_editor

screenshots: ## Take a picture of every page, light and dark, into screenshots/   (ONLY=runs,run)
	@$(PREPARE) --frontend -- python -m tools.screenshots

faults: ## Strike the product and judge what is left, a JSON line a figure   (ONLY=kills,timers FAST=1)
	@$(PREPARE) -- python -m tests.faults

new-node: ## Begin a node: make new-node group=shop name=find_order
	@$(PREPARE) -- python -m orchestrator.sdk.scaffold group=$(group) name=$(name)

catalogue: ## Compare expressions with a catalogue of expected values   (CASES=file.json)
	@$(PREPARE) --packages -- python -m orchestrator.sandbox.catalogue $(CASES)

client: ## Generate the browser's API client from the API
	@$(PREPARE) --packages -- python tools/api_client.py

lock: ## Compile requirements.txt from requirements.in
	@$(PREPARE) -- pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file=requirements.txt requirements.in

clean: ## Remove what is built (never data/)
	rm -rf .venv editor_frontend/node_modules editor_frontend/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
