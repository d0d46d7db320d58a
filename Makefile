# Bare `make` prints the targets. CI runs `make test`, nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DEMO := demo
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

help: ## Print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.venv/installed: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "predictor needs Python 3.11 or newer: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

install: .venv/installed ## Make .venv and install everything, pinned by hash

demo: install ## Invent an agency, train, promote, import quotes, score, compare, report and plan
	$(BIN)/predictor simulate --output $(DEMO)/data
	$(BIN)/predictor train $(DEMO)/data
	$(BIN)/predictor promote
	$(BIN)/predictor import $(DEMO)/data/quotes.xlsx --output $(DEMO)/quotes
	$(BIN)/predictor score $(DEMO)/quotes/candidates.csv --campaign $(DEMO)/data/brief.yaml --history $(DEMO)/data --on 2026-07-01 --output $(DEMO)/scored.csv
	$(BIN)/predictor compare $(DEMO)/scored.csv --goal engagement --campaign $(DEMO)/data/brief.yaml --report $(DEMO)/report.html
	$(BIN)/predictor lineup $(DEMO)/scored.csv --goal engagement --campaign $(DEMO)/data/brief.yaml --output $(DEMO)/plan.xlsx
	@printf '%s\n' '' 'Made, all from INVENTED data:' \
	  '  $(DEMO)/data         an agency: creators, posts, campaigns, bookings, candidates, a brief' \
	  '  models/trained    the model and its MLflow store' \
	  '  $(DEMO)/quotes       its quote sheet (data/quotes.xlsx) as a clean list' \
	  '  $(DEMO)/scored.csv   a forecast for every candidate' \
	  '  $(DEMO)/report.html  the comparison: open it in a browser' \
	  '  $(DEMO)/plan.xlsx    the line-up for the budget, to sign' \
	  'Next:' \
	  '  $(BIN)/predictor check YOUR_DATA     see what your own tables lack' \
	  '  $(BIN)/predictor train YOUR_DATA     learn from them, then: $(BIN)/predictor promote' \
	  '  make ui                           open the tracking page of every training'

test: install lint docs-check ## Run everything that CI runs
	$(ONE_THREAD) $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --nbmake notebooks tests src

fast: install ## Run the tests that take seconds
	$(ONE_THREAD) $(BIN)/python -m pytest --numprocesses 2 -m "not slow"

judge: install ## Measure every promise about forecasts and line-ups (over an hour)
	cd tests && ../$(BIN)/python -m acceptance

field: install ## Import every file of a folder and print what is read, asked and doubtful (DIR=folder)
	cd tests && ../$(BIN)/python -m field $(abspath $(DIR))

mutants: install ## Change the code that decides here and there and print what its tests do not notice (MODULES="planning/lineup")
	cd tests && ../$(BIN)/python -m mutants $(MODULES)

soak: install ## Kill, double and starve commands for some minutes and print what was left broken (SECONDS=600)
	cd tests && ../$(BIN)/python -m soak $(SECONDS)

versions: install ## Install, train and score under each Python found, and with the lowest and the newest dependencies
	cd tests && ../$(BIN)/python -m versions $(VERSIONS)

bench: install ## Time the heavy parts side by side and write docs/benchmarks.md (about two hours; PARTS=streaming for one)
	cd tests && $(ONE_THREAD) ../$(BIN)/python -m bench $(PARTS)

lint: install ## Check style, types and the order of the packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: install ## Write the generated pages again
	$(BIN)/predictor docs --project .

docs-check: install
	$(BIN)/predictor docs --project . --check

.venv/site: docs/requirements.lock .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r docs/requirements.lock
	touch $@

site: .venv/site ## Build the documentation into docs/_build/en and vi, with the notebooks' outputs
	$(ONE_THREAD) $(BIN)/python -m sphinx -q -W --keep-going docs docs/_build/en
	$(ONE_THREAD) $(BIN)/python -m sphinx -q -W --keep-going -D language=vi docs docs/_build/vi

ui: install ## Open MLflow's page for models/trained on this machine only
	$(BIN)/mlflow ui --backend-store-uri sqlite:///models/trained/mlflow.db --host 127.0.0.1

lock: install ## Pin every dependency again (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet --output-file requirements.lock
	uv pip compile --group site --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet --output-file docs/requirements.lock

clean: ## Remove what was made, except trained models
	rm -rf .venv $(DEMO) dist docs/_build docs/_static docs/reference/api .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help install demo test fast judge field mutants soak versions bench lint docs docs-check site ui lock clean
