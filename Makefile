PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup check test
setup: $(BIN)/.ready
$(BIN)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -e ".[dev]"
	touch $@

check: setup
	$(BIN)/ruff check bot tests run_bot.py
	$(BIN)/mypy bot

test: setup
	$(BIN)/python -m pytest
