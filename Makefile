# Everything a newcomer does. `make help` lists it.

PORT ?= 8000
DATA ?= var
AGENCY ?= council
ROLE ?= agency_lead
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

BIN := .venv/bin
SUITE := $(BIN)/python -m services
# Installing speaks on standard error: `make token` prints a token on standard output and nothing else.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r

# Without compiled modules kept, every start would compile the suite again: a second more.
unexport PYTHONDONTWRITEBYTECODE

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run token reset test tests lint contracts bench endure tools

help:  ## List what can be made.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run.stamp  ## Start the whole suite with a sandbox on http://127.0.0.1:8000 (PORT=8000 DATA=var).
	@$(SUITE) run all --port '$(PORT)' --data '$(DATA)'

token: .venv/run.stamp  ## Print an access token of the running sandbox (AGENCY=police|icb|council ROLE=agency_lead; SYSTEM=1).
	@$(SUITE) token --agency '$(AGENCY)' --role '$(ROLE)' $(if $(SYSTEM),--system) --port '$(PORT)'

reset: .venv/run.stamp  ## Delete the sandbox's data (DATA=var).
	@$(SUITE) reset --data '$(DATA)'

test:  ## Check everything but the benches and the endurance runs.
	@$(MAKE) --jobs 2 lint tests

tests: .venv/test.stamp tools
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'not long' tests/unit tests/service tests/contract tests/e2e

lint: .venv/test.stamp  ## Check style, types and the walls between the parts.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

contracts: .venv/run.stamp  ## Write OpenAPI, AsyncAPI, JSON Schema and the state diagrams into docs/.
	@$(SUITE) contracts

# Measured, and killed, is what stands on a disk, as it does elsewhere.
bench endure: export PYTEST_DEBUG_TEMPROOT := $(or $(TMPDIR),/tmp)

bench: .venv/test.stamp  ## Measure, as ratios to named references in one run.
	@sh tests/tools.sh nginx
	@$(BIN)/python -m pytest -n 0 -p no:randomly --capture=no tests/bench

endure: .venv/test.stamp tools  ## Kill, fill, cut off and soak, for hours.
	@$(BIN)/python -m pytest -n 0 -p no:randomly -m long tests/service tests/e2e
	@$(BIN)/python -m pytest -n 0 -p no:randomly tests/endure

tools:
	@sh tests/tools.sh

$(BIN)/pip:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed; name one with PYTHON=.' >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo 'The venv module of $(PYTHON) is needed (on Debian: apt-get install python3-venv).' >&2; exit 1; }

.venv/run.stamp: requirements/run.txt | $(BIN)/pip
	@echo 'Installing what the suite stands on (a minute or two, once) …' >&2
	@$(INSTALL) requirements/run.txt >&2
	@touch $@

.venv/test.stamp: requirements/test.txt | $(BIN)/pip
	@echo 'Installing what the tests stand on (a minute or two, once) …' >&2
	@$(INSTALL) requirements/test.txt >&2
	@touch $@ .venv/run.stamp
