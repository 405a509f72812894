# The two commands are `make site` and `make test`; the rest is convenience.
# A machine needs Python 3.11 or newer, make and a package index.

PYTHON ?= python3
PORT ?= 8000
RENDERER ?= auto

VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: site serve test bench notebooks clean

site: $(READY)
	@$(RUN) -m render site --renderer $(RENDERER)

serve: $(READY)
	@$(RUN) -m render serve --port $(PORT)

test: $(READY)
	@$(RUN) -m pytest

bench: $(READY)
	@$(RUN) -m pytest tests/benchmarks --benchmark-only \
		--override-ini 'python_files=bench_*.py' --override-ini 'python_functions=bench_*'

# Executes the notebooks whose code or inputs changed, and nothing else.
notebooks: $(READY)
	@$(RUN) -m render.execute

clean:
	rm -rf _site .build .quarto _variables.yml

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed, and $(PYTHON) is none. Name another: make PYTHON=python3.12"; exit 2; }
	@echo "set-up: a virtual environment in $(VENV), packages from requirements.txt (a minute or two) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $(READY)
