# Near Home. `make` or `make help` says what there is.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
ASSETS := scenarios/report/assets/versions.json api/pages/assets/versions.json

# Whatever the caller's shell has set, only this checkout and its .venv are used.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Material for MkDocs announces its successor on every build; it is not news here.
export NO_MKDOCS_2_WARNING := 1

# An environment does not survive being moved: its scripts name their own path.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

.PHONY: help
help: ## Say what there is
	@printf 'Near Home: the right home, near home.\n\n'
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nEach sets up what it needs first. PYTHON=... chooses the Python (3.11 or later).\n'

.PHONY: setup
setup: $(STAMP) assets ## Make .venv with everything in it, .venv/bin/nearhome included

$(STAMP): pyproject.toml constraints.txt
	@set -eu; \
	python=''; seen=''; \
	for each in $(PYTHON) python3.11 python3 python3.12 python3.13 python3.14; do \
	  "$$each" -c '' >/dev/null 2>&1 || continue; \
	  seen="$$seen $$("$$each" -c 'import sys; print(sys.executable, sys.version.split()[0])')"; \
	  "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
	  python="$$each"; break; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Near Home needs Python 3.11 or later. Found:$${seen:- no Python at all}." >&2; \
	  echo "Install one (Debian: apt-get install python3 python3-venv), or say where it is: make PYTHON=/path/to/python3.11 setup" >&2; \
	  exit 1; \
	fi; \
	if ! "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	  echo "$$python cannot make virtual environments. Debian: apt-get install python3-venv" >&2; \
	  exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$python" --version); a minute or two the first time."; \
	if [ ! -f $(STAMP) ] || [ "$$(cat $(STAMP))" != "$(CURDIR)" ] || ! $(BIN)/python -c '' 2>/dev/null; then \
	  "$$python" -m venv --clear $(VENV); \
	fi; \
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[dev]' \
	  > $(VENV)/setup.log 2>&1 || { tail -n 40 $(VENV)/setup.log >&2; exit 1; }; \
	test -x $(BIN)/nearhome; \
	printf '%s\n' "$(CURDIR)" > $(STAMP); \
	echo "Ready: $(BIN)/nearhome"

.PHONY: assets
assets: $(ASSETS) ## Fetch the charts' JavaScript from npm by lock file, for this checkout

# Building the package fetches it, with npm or with the Python package that brings npm.
$(ASSETS) &: web/package-lock.json hatch_build.py | $(STAMP)
	@$(BIN)/python -m pip install --no-deps --editable . > $(VENV)/assets.log 2>&1 \
	  || { tail -n 40 $(VENV)/assets.log >&2; exit 1; }
	@touch $(ASSETS)

.PHONY: demo
demo: setup ## Match the waiting children of a synthetic county on real postcodes
	@$(BIN)/nearhome demo

.PHONY: serve
serve: setup ## Serve the synthetic county over HTTP, with a sign-in for each role; PORT=8000
	@NEARHOME_DEMO=1 NEARHOME_LOG_FORMAT=console \
	  NEARHOME_DATABASE_URL="$${NEARHOME_DATABASE_URL:-sqlite:///$(CURDIR)/out/service/nearhome.sqlite}" \
	  $(BIN)/nearhome serve

.PHONY: test
test: lint docs check-reference pytest ## Everything that must pass

.PHONY: lint
lint: style types layers ## Style, types and which room may import which

.PHONY: style
style: setup ## Style alone, by ruff
	@echo '== ruff'
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo 'Run: $(BIN)/ruff format .' >&2; exit 1; }

.PHONY: types
types: setup ## Types alone, by mypy
	@echo '== mypy'
	@$(BIN)/mypy

.PHONY: layers
layers: setup ## Imports between rooms alone, by import-linter
	@echo '== import-linter'
	@$(BIN)/lint-imports --no-logo > $(VENV)/layers.log 2>&1 \
	  && tail -n 1 $(VENV)/layers.log || { cat $(VENV)/layers.log >&2; exit 1; }

.PHONY: docs
docs: setup ## Build the documentation into site/, every link checked
	@echo '== mkdocs'
	@$(BIN)/mkdocs build --strict

.PHONY: reference
reference: setup ## Write the generated pages of docs/reference anew
	@$(BIN)/python docs/generate.py

.PHONY: openapi
openapi: reference ## Write docs/reference/openapi.json anew; review what changed in it
	@git --no-pager diff --stat -- docs/reference/openapi.json

.PHONY: load
load: setup ## Measure the service under load, on a PostgreSQL of its own; half an hour
	@$(BIN)/python -m benchmarks.load run
	@$(BIN)/python -m benchmarks.load table

.PHONY: check-reference
check-reference: setup ## Fail when a generated page of docs/reference is stale
	@echo '== generated reference'
	@$(BIN)/python docs/generate.py --check

# One process more than there are cores: some tests wait for a browser, a server or a lease.
.PHONY: pytest
pytest: setup ## The tests, with branch coverage of matcher/
	@echo '== pytest'
	@$(BIN)/python -m pytest --quiet --numprocesses=$$(($$(nproc) + 1)) --dist=loadgroup --cov --cov-report=term

.PHONY: bench
bench: setup ## Measure the figures of docs/explanation/performance.md; takes hours
	@$(BIN)/python -m benchmarks run
	@$(BIN)/python -m benchmarks table

.PHONY: peers
peers: ## Make .venv-peers with cs-demand-model 0.5.1 and its sample returns, to test beside
	@set -eu; \
	test -x .venv-peers/bin/python || $${PYTHON:-python3.11} -m venv .venv-peers; \
	.venv-peers/bin/python -m pip install --quiet 'cs-demand-model==0.5.1' 'pandas<2' 'numpy<2'; \
	.venv-peers/bin/python -c 'import cs_demand_model_samples as s, pathlib as p, zipfile as z; \
	z.ZipFile(p.Path(s.__file__).parent / "v1.zip").extractall(".venv-peers/sample")'; \
	echo "Ready. Run: $(BIN)/nearhome history backtest .venv-peers/sample --peer .venv-peers/bin/python"

.PHONY: oracle
oracle: ## Make .venv-validator with csc-validator-be-903 0.1.17, to judge the SSDA903 return
	@set -eu; \
	test -x .venv-validator/bin/python || $${PYTHON:-python3.11} -m venv .venv-validator; \
	.venv-validator/bin/python -m pip install --quiet 'csc-validator-be-903==0.1.17' 'pandas<2' 'numpy<1.25'; \
	echo "Ready. Run: NEARHOME_903_VALIDATOR=.venv-validator/bin/python $(BIN)/python -m pytest -m outside_data tests/api/casework"

.PHONY: constraints
constraints: ## Write constraints.txt anew from the latest versions
	@set -eu; \
	fresh="$$(mktemp -d)"; trap 'rm -rf "$$fresh"' EXIT; \
	$${PYTHON:-python3.11} -m venv "$$fresh"; \
	"$$fresh/bin/python" -m pip install --quiet --editable '.[dev]'; \
	{ sed -n '/^#/p' constraints.txt; \
	  "$$fresh/bin/python" -m pip freeze --exclude-editable; } > "$$fresh/constraints.txt"; \
	cp "$$fresh/constraints.txt" constraints.txt; \
	git --no-pager diff --stat -- constraints.txt

.PHONY: clean
clean: ## Remove .venv, caches and everything built; out/ stays
	@rm -rf $(VENV) .venv-peers .venv-validator site dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache \
	  .ruff_cache .import_linter_cache scenarios/report/assets api/pages/assets
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
