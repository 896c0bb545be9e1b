# Short names for what ./run does; `make` lists them.
.DEFAULT_GOAL := help
UV := $(or $(wildcard $(CURDIR)/.venv/bin/uv),uv)
PIN := $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

.PHONY: help demo test fast check style format types imports dead rules scanners proofs migrations bench mutate \
	fuzz pin clean

help:  ## List the targets
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-11s %s\n", $$1, $$2 }'

demo: ## Install what Milepost needs and open the demo
	./run demo

test: ## Run all tests, on SQLite and on PostgreSQL
	./run test

fast: ## Run the tests that need neither real files nor a browser, LibreOffice or PostgreSQL
	./run test -q -n auto -m "not samples and not browser and not libreoffice and not postgres"

check: ## Run every gate below
	./run check

style: ## Check the style (ruff, all rules)
	./run check style layout

format: ## Lay the code out as the gate wants it
	.venv/bin/ruff check --fix . && .venv/bin/ruff format .

types: ## Check the types (mypy, strict)
	./run check types

imports: ## Check who imports whom (import-linter)
	./run check imports

dead: ## Look for dead code (vulture)
	./run check dead

rules: ## Write docs/rules from the profiles of the authorities
	PYTHONPATH=src .venv/bin/python -m milepost.authorities.prose docs/rules

scanners: ## Write docs/scanners.md from what the readers say of themselves
	PYTHONPATH=src .venv/bin/python -m milepost.scanners.prose docs/scanners.md

proofs: ## Hold every reader against the real reports, and write down what that proves
	PYTHONPATH=src:. .venv/bin/python -m tests.proofs

migrations: ## Check that the migrations say what the models say
	./run check migrations

bench: ## Measure, and print the figures as a table and as JSON
	./run bench

mutate: ## Change the rules line by line and see whether a test notices
	./run mutate

fuzz: ## Feed the readers of reports what nobody would write
	./run fuzz

pin: ## Pin the newest versions of all libraries by hash
	cd requirements && $(PIN) --output-file uv.txt uv.in
	cd requirements && $(PIN) --output-file run.txt run.in
	cd requirements && $(PIN) --output-file development.txt --constraint run.txt development.in

clean: ## Remove what was installed and cached here; data is elsewhere and stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
