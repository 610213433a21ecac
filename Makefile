# Each target first sets up what it needs in .venv/: once, and again when the build or the Rust code changes.

BIN := .venv/bin
SOURCES := pyproject.toml tools/setup $(wildcard crypto/native/Cargo.* crypto/native/.cargo/* crypto/native/src/*.rs)
# Named after the presence of cargo, because a tool chain that comes later should be used.
READY := .venv/ready-$(if $(shell command -v cargo),with,without)-cargo

.PHONY: demo test lint crash fuzz bench

demo: $(READY)
	$(BIN)/glassballot demo

test: lint
	tools/system-packages
	$(BIN)/python -m pytest -n 2 --dist loadfile -p no:cacheprovider --durations=10

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# How often each database's board is killed.
KILLS := 50

crash: $(READY)
	tools/system-packages
	$(BIN)/python -m tests.board.crash --kills $(KILLS)

# How long bent entries are sent to a board.
MINUTES := 60

fuzz: $(READY)
	$(BIN)/python -m tests.web.fuzz $(MINUTES)

bench: $(READY)
	tools/system-packages
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.board
	$(BIN)/python -m benchmarks.board_http

$(READY): $(SOURCES)
	tools/setup
	touch $@
