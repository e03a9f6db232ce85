PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo-output

# Compiled once and kept: else each process of the tests, and each that they start, compiles all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup setup-dev demo demo-desk check test lock wheel sbom audit bench fuzz scans crash soak clean
setup: $(BIN)/.ready
$(BIN)/.ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -e ".[all]" -c requirements.lock
	touch $@

setup-dev: $(BIN)/.ready-dev
$(BIN)/.ready-dev: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -e ".[dev]" -c requirements.lock
	touch $(BIN)/.ready $@

demo: setup
	$(BIN)/python run_bot.py demo --out $(OUT)

# The same, and then the desk on what came of it, until Ctrl+C.
demo-desk: setup
	$(BIN)/python run_bot.py demo --out $(OUT) --desk

check: setup-dev
	$(BIN)/ruff check bot tests run_bot.py
	$(BIN)/mypy

# While one core checks the types, the other installs what the tests need and compiles the tests: each process of pytest would do it anew.
test: setup-dev
	$(MAKE) --no-print-directory -j3 check tools compiled
	$(BIN)/python -m pytest -n 3 --dist worksteal

.PHONY: tools compiled
tools:
	tests/install_tools.sh

compiled: setup-dev
	$(BIN)/python -m pytest --collect-only -qq >/dev/null

# Longer than in the tests: FUZZ_SECONDS for each property.
fuzz: setup-dev
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600) $(BIN)/python -m pytest tests/fuzz tests/message/test_fuzz.py

# Forms printed, photographed and filled by hand, read and scored by kind (handwriting needs SCAN_FONTS: tests/scans/fonts.py).
scans: setup-dev
	$(BIN)/python -m tests.scans --seeds $(or $(SEEDS),0-19)

# Killed at some hundreds of random moments instead of some dozens.
crash: setup-dev
	KILLS=$(or $(KILLS),150) $(BIN)/python -m pytest tests/flow/test_crashes.py

soak: setup-dev
	$(BIN)/python -m bench.soak

bench: setup-dev
	$(BIN)/pip install -q -e ".[bench]"
	$(BIN)/python -m bench.readers
	$(BIN)/python -m bench.mail
	$(BIN)/python -m bench.passing_on
	$(BIN)/python -m bench.desk
	$(BIN)/python -m bench.ocr

# The package as it is installed elsewhere, tried in an environment of its own. The same bytes for everybody who builds this commit: from what git has of it,
# whatever the umask, by one version of setuptools.
wheel:
	rm -rf dist build/wheel build/source && mkdir -p build/source && $(PYTHON) -m venv build/wheel
	build/wheel/bin/pip install -q setuptools==84.2.1
	umask 022 && git archive HEAD | tar -x --no-same-permissions -C build/source && SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) \
	  build/wheel/bin/pip wheel -q --no-deps --no-build-isolation -w dist build/source
	build/wheel/bin/pip install -q dist/*.whl -c requirements.lock
	cd build/wheel && bin/science-day-intake --config ../../config.example.toml templates preview --out letters
	rm -rf build/wheel build/source

# A bill of materials (CycloneDX) and the licences of all that is pinned.
sbom: setup-dev
	mkdir -p dist && $(BIN)/pip install -q cyclonedx-bom pip-licenses
	$(BIN)/cyclonedx-py requirements requirements.lock --of JSON --output-reproducible -o dist/sbom.json
	$(BIN)/pip-licenses --format=markdown --output-file=dist/licences.md

# Known weaknesses of what is pinned. Needs the network.
audit: sbom
	$(BIN)/pip install -q pip-audit
	$(BIN)/pip-audit -r requirements.lock --no-deps --strict  # strict: what could not be looked up is no good news

lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install -q -e ".[dev]"
	build/lock/bin/pip freeze --exclude-editable > requirements.lock
	rm -rf build/lock

clean:
	rm -rf $(VENV) build dist *.egg-info demo-output
