# make run: set up, ingest samples/, open the web chat.  make test: set up, all checks and tests.
PYTHON ?= python3.11
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= data
PAPERS ?= ../shared/corpus
READING ?= ../shared/bench
PARALLEL ?= --numprocesses=2 --dist=loadfile --no-loadscope-reorder
.PHONY: install dev run test test-fast coverage lint stats bench fuzz samples lock system clean

install: .venv/installed
dev: .venv/dev-installed

.venv/installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11（找不到 $(PYTHON)）；可用 make PYTHON=路径 指定。"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev-installed: .venv/installed requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

run: install
	$(BIN)/cewen ingest samples --data-dir $(DATA)
	$(BIN)/cewen serve --host $(HOST) --port $(PORT) --data-dir $(DATA)

# Debian packages: LibreOffice, which reads .doc, .wps and .rtf, and what tests use.
system:
	@sh .ci/packages

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Rooms, floors, sizes, patterns and word lists.
stats: dev
	$(BIN)/python -m tests.house

# In two processes; those with a browser in one by itself, which its loop of events stays in.
test: dev system lint
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest $(PARALLEL) --ignore=tests/web
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest tests/web

# What needs no model, browser or LibreOffice, in a minute or two.
test-fast: dev
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest $(PARALLEL) -m "not (model or browser or office or slow)"

# The same tests, slower, with the share of lines they run.
coverage: dev system
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest --cov --cov-report=term

bench: dev
	HF_HUB_OFFLINE=1 $(BIN)/python -m eval.bench --papers $(PAPERS) --reading $(READING)

# Damaged files for ten minutes through every reader.
fuzz: dev
	HF_HUB_OFFLINE=1 $(BIN)/python -m tests.ingest.fuzz 10

# Sets samples/ again from eval/typeset/sources; needs LibreOffice and the Noto fonts.
samples: dev system
	$(BIN)/python -m eval.typeset.samples

# The CPU build of torch calls itself 2.13.0+cpu; without that label every index that has it serves it.
lock:
	uv pip compile pyproject.toml --upgrade-package torch --extra ocr --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o requirements.lock
	uv pip compile pyproject.toml --upgrade-package torch --extra ocr --extra dev --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -c requirements.lock -o requirements-dev.lock
	sed -i 's/^torch==\([0-9.]*\)+cpu/torch==\1/' requirements.lock requirements-dev.lock

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
