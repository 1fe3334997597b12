# Everything a newcomer or CI runs. Works with GNU Make 3.81 and later; needs nothing else but Python 3.12 or newer.

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes
BENCH := .venv-bench
MUTATE := .venv-mutate
IAM_SIMULATE := @cloud-copilot/iam-simulate@0.1.173
STATIC := var/static/staticfiles.json

# Checks read the code, never somebody's data.
NO_DATA := DATABASE_URL=sqlite://:memory:

.DEFAULT_GOAL := help
.PHONY: help install run test fuzz fuzz-hostile mutate check format screenshots snapshots assets catalog checks api-docs oracle bench bench-engine bench-wire bench-pages clean
.PHONY: check-format check-lint check-types check-imports check-templates check-migrations check-deploy check-audit

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

install: $(VENV)/.installed $(STATIC) ## make .venv and the static files, and serve nothing yet (PYTHON=)

run: $(VENV)/.installed $(STATIC) ## install, migrate and serve on http://127.0.0.1:8000 (PORT=, HOST=, DATABASE_URL=, PYTHON=)
	@exec $(BIN)/python manage.py serve

test: $(VENV)/.installed-dev $(STATIC) ## run every test on SQLite, on PostgreSQL and in Chromium (ARGS="-k name" goes to pytest)
	@exec $(BIN)/python -m tests $(ARGS)

fuzz: $(VENV)/.installed-dev ## compare the engine with the naive evaluator on N cases (N=1000000, SEED=)
	@exec $(BIN)/python -m tests.engine.fuzz $(or $(N),1000000) $(if $(SEED),--seed $(SEED))

fuzz-hostile: $(VENV)/.installed-dev ## feed the engine texts that nobody meant (SECONDS=600, SEED=)
	@exec $(BIN)/python -m tests.engine.hostile $(or $(SECONDS),600) $(if $(SEED),--seed $(SEED))

mutate: $(MUTATE)/.installed ## change the engine a little in many places, and list the changes that no test notices
	@rm -rf mutants && $(MUTATE)/bin/mutmut run
	@$(MUTATE)/bin/mutmut results

check: check-format check-lint check-types check-imports check-templates check-migrations check-deploy check-audit ## everything that reads the code without running it (make -k check shows all that fails)

check-format: $(VENV)/.installed-dev ## ruff's formatting
	$(BIN)/ruff format --check --quiet

check-lint: $(VENV)/.installed-dev ## ruff's rules
	$(BIN)/ruff check --quiet

check-types: $(VENV)/.installed-dev ## mypy --strict
	$(NO_DATA) $(BIN)/mypy

check-imports: $(VENV)/.installed-dev ## who may import whom
	$(BIN)/lint-imports --no-logo

check-templates: $(VENV)/.installed-dev ## djade's formatting of the templates
	@find templates -name '*.html' -exec $(BIN)/djade --check --target-version 6.1 {} +

check-migrations: $(VENV)/.installed-dev ## models without their migration
	$(NO_DATA) $(BIN)/python manage.py makemigrations --check --dry-run

# As deployed: collected static files, https, a host name, and keys from the environment that are kept nowhere.
check-deploy: $(VENV)/.installed-dev $(STATIC) ## Django's deployment checks, as in production
	$(NO_DATA) GRANTBOOK_HTTPS=1 GRANTBOOK_HOSTS=grantbook.example \
	GRANTBOOK_SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	GRANTBOOK_ENCRYPTION_KEYS="$$($(BIN)/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

# A vulnerability fails; a registry that does not answer, or that does not know a package, is named as skipped.
check-audit: $(VENV)/.installed-dev ## known vulnerabilities of the pinned packages
	@mkdir -p var
	@if $(BIN)/pip-audit --requirement requirements.txt --require-hashes --disable-pip --timeout 10 \
	    --progress-spinner off >var/audit.txt 2>&1; then \
	  unknown=$$(grep -c 'could not be audited' var/audit.txt); \
	  if [ "$$unknown" -eq 0 ]; then echo 'Dependency audit: no known vulnerability.'; \
	  else echo "Dependency audit: SKIPPED for $$unknown packages, of which the registry here says nothing."; fi; \
	elif grep -Eq 'Found [0-9]+ known vulnerabilit' var/audit.txt; then cat var/audit.txt; exit 1; \
	else echo "Dependency audit: SKIPPED, no registry answers ($$(tail -n 1 var/audit.txt | cut -d : -f 1))."; fi

format: $(VENV)/.installed-dev ## put code and templates into the house's format
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format --quiet
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 6.1 {} +

screenshots: $(VENV)/.installed-dev ## take the screenshots of the README and docs/look.md anew
	$(BIN)/python -m pytest -q tests/browser/screenshots.py

snapshots: $(VENV)/.installed-dev ## write anew how the main pages are made up, which tests compare them with
	SNAPSHOTS=write $(BIN)/python -m pytest -q tests/browser/test_snapshots.py

assets: ## rebuild the editor's bundle from static/editor/ (needs Node; nothing else does)
	cd static/editor && npm ci --ignore-scripts --no-audit --no-fund --silent && node build.js

catalog: $(VENV)/.installed-dev ## rebuild the catalog of services, actions and condition keys from its sources
	$(BIN)/python -m policies_app.engine.catalog.build

bench: bench-engine bench-wire bench-pages ## measure the engine, the wire and the pages beside their peers

bench-engine: $(BENCH)/.installed ## measure the engine, and write docs/benchmarks.md
	@exec $(BENCH)/bin/python -m tests.benchmarks

bench-wire: $(BENCH)/.installed $(VENV)/.installed-dev ## measure the API over the wire, and write docs/benchmarks-wire.md
	@exec $(BIN)/python -m tests.benchmarks.api

bench-pages: $(VENV)/.installed-dev $(STATIC) ## measure the pages with up to a million users, and write docs/benchmarks-pages.md
	@exec $(BIN)/python -m tests.benchmarks.pages

checks: $(VENV)/.installed-dev ## write docs/checks.md, the table of the validator's checks, anew
	@$(BIN)/python -m policies_app.engine.validator.table

api-docs: $(VENV)/.installed-dev ## write docs/api.md, the table of the API's operations, anew
	$(NO_DATA) $(BIN)/python manage.py shell --no-imports --command "from console.api import api_docs; api_docs.write()"

oracle: $(VENV)/.installed-dev ## compare the validator with recorded answers of AWS's (ORACLE=directory with findings.json)
	@$(BIN)/python -m policies_app.engine.validator.oracle $(ORACLE)

clean: ## remove the virtual environments, caches and collected files; the data in var/ stays
	rm -rf $(VENV) $(BENCH) $(MUTATE) mutants var/static var/audit.txt .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pyenv and the like leave commands on PATH that only complain, so each candidate is tried before it is chosen.
$(BIN)/python:
	@if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; \
	else set -- python3.13 python3.12 python3.14 python3 python; fi; \
	found=; \
	for python in "$$@"; do \
	  version=$$("$$python" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue; \
	  if ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))'; then found="$$found $$python is $$version,"; \
	  elif ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then found="$$found $$python is $$version without venv (on Debian: apt-get install python3-venv),"; \
	  else echo "Creating $(VENV) with Python $$version."; exec "$$python" -m venv --clear $(VENV); fi; \
	done; \
	echo "Grantbook needs Python 3.12 or newer. Tried $$*:$${found:- none of them runs,}" | sed "s/,$$/./" >&2; \
	echo "Name one that is: make PYTHON=/path/to/python3.13 $(firstword $(MAKECMDGOALS))" >&2; \
	exit 1

$(VENV)/.installed: requirements.txt $(BIN)/python
	@echo 'Installing the pinned packages of requirements.txt.'
	@$(PIP_INSTALL) --requirement requirements.txt
	@touch $@

# requirements-dev.txt holds all of requirements.txt, so both are done.
$(VENV)/.installed-dev: requirements-dev.txt requirements.txt $(BIN)/python
	@echo 'Installing the pinned packages of requirements-dev.txt.'
	@$(PIP_INSTALL) --requirement requirements-dev.txt
	@touch $(VENV)/.installed $@

# The peers of the benchmark have an environment of their own. One that cannot be installed is named as skipped by it.
$(BENCH)/.installed: requirements-bench.txt $(BIN)/python
	@echo 'Installing the peers of requirements-bench.txt, and iam-simulate if there is npm.'
	@$(BIN)/python -m venv --clear $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes \
	  --requirement requirements-bench.txt || echo 'Some peers could not be installed.'
	@if command -v npm >/dev/null; then \
	  npm install --silent --no-package-lock --no-save --prefix $(BENCH)/npm $(IAM_SIMULATE) || true; fi
	@touch $@

# It runs the tests, so it sees what they need in the other environment.
$(MUTATE)/.installed: requirements-mutate.txt $(VENV)/.installed-dev
	@echo 'Installing the pinned packages of requirements-mutate.txt.'
	@$(BIN)/python -m venv --clear $(MUTATE)
	@$(MUTATE)/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes \
	  --requirement requirements-mutate.txt
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
	  >"$$($(MUTATE)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/grantbook.pth"
	@touch $@

# A directory is listed too: its time tells of a file that was removed.
$(STATIC): $(VENV)/.installed console/settings.py $(shell find static -path static/editor -prune -o -print 2>/dev/null)
	@echo 'Collecting the static files.'
	@mkdir -p var
	@$(NO_DATA) $(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@touch $@
