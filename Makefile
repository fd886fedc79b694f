# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# TORCH_INDEX=<index of PyTorch's CPU wheels> keeps gigabytes of CUDA packages out; see README.
TORCH_INDEX ?=

ifeq ($(shell command -v $(PYTHON) 2>/dev/null),)
PYTHON := python3
endif

.DEFAULT_GOAL := help
.PHONY: help setup run test quick lint format evaluate bench clean

help:
	@echo "make run       set up, take in the sample policies on first start, serve on PORT ($(PORT))"
	@echo "make test      set up and run every test, the slow ones too"
	@echo "make quick     the quick tests only"
	@echo "make lint      ruff and mypy"
	@echo "make evaluate  ask the question sets, compare with the floor"
	@echo "make bench     benchmarks: medians and ratios"
	@echo "make setup     create $(VENV) and install"

$(VENV)/.installed: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(if $(TORCH_INDEX),$(BIN)/python -m pip install --disable-pip-version-check -q "$$(grep '^torch==' requirements.txt)" --index-url $(TORCH_INDEX))
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.txt
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements-dev.txt
	touch $@

setup: $(VENV)/.installed

run: setup
	$(BIN)/python server.py --port $(PORT)

test: $(VENV)/.installed-dev lint
	$(BIN)/python -m pytest -rs
	$(MAKE) --no-print-directory evaluate

quick: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m "not slow"

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

evaluate: $(VENV)/.installed-dev
	$(BIN)/python -m evaluation --floor evaluation/floor.json --errors 10

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
