# sn-mock. `make` prints help. Needs python3.11 or newer, make, and the package index.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
            $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PORT   ?= 8443
SECONDS ?= 60
VENV   := .venv
RUN    := $(VENV)/bin/python
PIP    := $(RUN) -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help up serve down certs test lint bench soak fuzz parity docs house site clean

help: ## this list
	@echo "sn-mock: ServiceNow's outbound mutual-TLS calls on a laptop"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

up: $(VENV)/.installed ## install, start the provider, place the first call (PORT=8443)
	@$(RUN) -m sn_mock up --port $(PORT)

serve: $(VENV)/.installed ## serve the example instance: REST over HTTPS, and a console (Ctrl-C stops it)
	@$(RUN) -m sn_mock certs certs/generated --for examples/instance
	@$(RUN) -m sn_mock serve examples/instance

down: $(VENV)/.installed ## stop the provider
	@$(RUN) -m sn_mock down

certs: $(VENV)/.installed ## write the lab's certificates and keystores to certs/generated
	@$(RUN) -m sn_mock certs certs/generated --for examples/instance

# Hundreds of tests start Python of their own: without bytecode each would compile the project anew.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.installed-dev ## run all tests
	@$(RUN) -m pytest -n 2 $(ARGS)

lint: $(VENV)/.installed-dev ## style and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(RUN) -m docs.printing.snippets

bench: $(VENV)/.installed-dev ## speed beside nginx, other mocks and http.client, to docs/performance.md; a live instance
	@$(RUN) -m tests.bench
	@$(RUN) -m tests.bench.live

soak: $(VENV)/.installed-dev ## a long and a wide run of the provider: memory stays flat, nobody is lost
	@$(RUN) -m tests.bench.long

fuzz: $(VENV)/.installed-dev ## hostile bytes for every reader, coverage-guided where atheris installs (SECONDS=60 a reader)
	@$(RUN) -m tests.fuzz --seconds $(SECONDS)

parity: $(VENV)/.installed-dev ## compare with Java, field by field (JAVA_HOMES="/opt/jdk-11 /opt/jdk-17", ARGS=)
	@$(RUN) -m tests.parity $(ARGS)
	@$(RUN) -m pytest -q -rs -p no:cacheprovider tests/provider_stub/refusals -k "parity"

docs: $(VENV)/.installed-dev ## print the reference pages from the tables
	@$(RUN) -m docs.printing docs
	@$(RUN) -m tests.house --page

site: $(VENV)/.installed-dev ## the documentation as a web site with search, in build/site; its links are checked
	@$(RUN) -m docs.publishing build/site

house: $(VENV)/.installed-dev ## the rooms of the code, floor by floor, and who imports whom
	@$(RUN) -m tests.house

clean: ## remove everything that was made here
	@if [ -x $(RUN) ]; then $(RUN) -m sn_mock down 2>/dev/null || true; fi
	@rm -rf $(VENV) certs/generated .run build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "sn-mock needs Python 3.11 or newer; say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "could not create $(VENV); on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "installing sn-mock into $(VENV)"
	@$(PIP) install -e '.[live,pytest]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "installing sn-mock and its test tools into $(VENV)"
	@$(PIP) install -e '.[dev]'
	@touch $(VENV)/.installed $@
