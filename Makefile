# make demo: a network searched, trained and printed as C.  make test: lint, types and the whole test suite.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
FUZZ_SECONDS ?= 300
# The CPU build of this release installs without CUDA where the package index offers it.
TORCH := torch==2.13.0
APT_PACKAGES := gcc libc6-dev g++ make gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm clang cmake cppcheck

.PHONY: help demo test test-full lint exactness misra fuzz tools clean

help:
	@echo "make demo       search, train and generate C for examples/digits.nas into build/digits"
	@echo "make test       install what the tests need, then lint, types and tests"
	@echo "make test-full  the tests that take longer, too"
	@echo "make lint       ruff and mypy only"
	@echo "make exactness  every model of ../shared/models against TFLite Micro, here and on six emulated cores, as a table"
	@echo "make misra      cppcheck with its MISRA addon on the kernels and on generated C (docs/misra.md)"
	@echo "make fuzz       the language, on whatever libFuzzer comes up with in FUZZ_SECONDS (300)"
	@echo "make clean      remove build products (keeps $(VENV))"

demo: $(VENV)/.installed-train tools
	$(BIN)/python examples/digits.py examples/digits.npz
	$(BIN)/protonas build examples/digits.nas -o build/digits

test: $(VENV)/.installed-dev tools lint
	$(BIN)/python -m pytest -n $(JOBS) -m "not full"

test-full: $(VENV)/.installed-dev tools lint
	$(BIN)/python -m pytest -n $(JOBS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

exactness: $(VENV)/.installed-dev tools
	$(BIN)/python -m benchmarks.exactness --jobs $(JOBS)

fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[fuzz]"
	@mkdir -p build/fuzz
	PYTHONPATH=. $(BIN)/python tests/searchspace_dsl/fuzz_parse.py build/fuzz \
	  -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=500 -max_len=1000

misra: $(VENV)/.installed-train tools
	$(MAKE) -C examples/firmware models TRAIN=--untrained BUILD=$(CURDIR)/build/misra
	sh .ci/misra -I runtime_c/include runtime_c/src/*.c
	for model in build/misra/models/*/*_1; do sh .ci/misra -I $$model -I $$model/protonas $$model/*.c || exit 1; done

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "protonas needs Python 3.11 or later; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "could not create $(VENV); on Debian and Ubuntu: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.installed-train: pyproject.toml | $(VENV)/bin/python
	@echo "installing protonas and PyTorch into $(VENV), once"
	$(BIN)/python -m pip install -q --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[train]"
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed-train
	@echo "installing what the tests need into $(VENV), once"
	$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[train,dev]"
	@touch $@

tools:
	@sh .ci/tools "$(APT_PACKAGES)"

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
