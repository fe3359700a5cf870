# Two commands for a newcomer: `make demo` shows the sample in the browser, `make test` runs every check.
# Needed: Python 3.11 or later, make, git. Everything else goes into .venv, pinned by constraints.txt.

# The first Python that is new enough, unless PYTHON names one.
PYTHON ?= $(shell for one in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done)
PORT ?= 8000
BIN := .venv/bin
# Compiled modules are kept, also where the environment says otherwise: the tests start many processes that read them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test checked tested soak bench bench-detection clean

demo: .venv/.installed
	$(BIN)/techhealth demo --port $(PORT)

# Parts that lack a system tool are named as skipped in pytest's summary; TECHHEALTH_NO_SKIPS=1 makes them errors.
test: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --no-print-directory -j 2 checked tested

# Takes one core for a minute, so it runs beside the tests.
checked:
	$(BIN)/marimo check --strict notebooks
	$(BIN)/mypy

# The tests of a file stay together, with what is made once for them.
tested:
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not soak"

# Every test with the full counts of its bar; the figures stand at the end of the output.
soak: .venv/.installed-dev
	TECHHEALTH_SOAK=1 $(BIN)/python -m pytest -n 2

bench: .venv/.installed-dev
	$(BIN)/python -m tests.bench_100k
	$(BIN)/python -m tests.bench_inspect
	$(BIN)/python -m tests.bench_replay
	$(BIN)/python -m tests.bench_portfolio
	$(BIN)/python -m tests.bench_tuning
	$(BIN)/python -m tests.bench_report

# Planted degradations and clean traffic, replayed day by day; seeds from 1000 on are for this table alone.
bench-detection: .venv/.installed-dev
	$(BIN)/python -m tests.bench_detection
	$(BIN)/python -m tests.bench_intervals

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The stamps stand for an installed .venv: it is made anew only when what it is made from changes.
.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	@touch .venv/.installed $@

.venv/bin/python:
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed and was not found; name one with: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make a virtual environment (no ensurepip); install it, on Debian or Ubuntu with: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
