# Inkstone: developer verbs. `make help` lists them.
#
# `make run` and `make test` need Python 3.11 or newer with venv and a C++ compiler; everything else is installed into .venv
# by the first of them (3 minutes on two cores, most of it llama.cpp being compiled). `make light` compiles nothing and
# is enough for most tests.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
TESTS := $(VENV)/.ready-for-tests
LIGHT := $(VENV)/.light
# What tests and checks need: the light set-up will do where there is no full one.
SOME := $(or $(wildcard $(TESTS)),$(wildcard $(LIGHT)),$(TESTS))
# One test process a core; each computes on one thread (tests/conftest.py). A process that is through takes tests from another.
SPREAD := -n logical --maxprocesses 4 --dist worksteal
ROOM ?=
# Tests start many processes, which else would compile the whole program anew each time.
unexport PYTHONDONTWRITEBYTECODE

# Of another Python: with them ours does not start, or runs foreign modules.
unexport PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONINSPECT PYTHONEXECUTABLE __PYVENV_LAUNCHER__

.PHONY: help run light test test-fast check kills fuzz lint translations notices bench screenshots samples package installer-windows installer-linux clean
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY)  ## open the window (without a display: the same job on the sample office, in the terminal)
	@$(PY) -I -m desktop_app

light: $(LIGHT)  ## set up for most tests, without compiling llama.cpp and without torch (two minutes)

test: $(TESTS)  ## all tests, the slow ones too
	@$(PY) -m desktop_app.foundation.display || { echo "Missing system libraries; install them with: apt-get install -y $$($(PY) -m desktop_app.foundation.display)"; exit 1; }
	$(PY) -m pytest $(SPREAD) --durations=20

test-fast: $(SOME)  ## tests without the slow ones
	$(PY) -m pytest $(SPREAD) -m "not slow and not heavy" --durations=10

check: $(SOME)  ## while working: ROOM=documents takes that room's quick tests, the floors, ruff and mypy
	@test -d "desktop_app/$(ROOM)" -a -d "tests/$(ROOM)" -a -n "$(ROOM)" || { echo "Say which room: make check ROOM=documents"; exit 2; }
	@begun=$$(date +%s); \
	$(VENV)/bin/ruff format --check desktop_app/$(ROOM) tests/$(ROOM) && \
	$(VENV)/bin/ruff check desktop_app/$(ROOM) tests/$(ROOM) && \
	$(VENV)/bin/mypy desktop_app/$(ROOM) && \
	$(PY) -m pytest -q $(SPREAD) -m "not slow and not heavy" tests/$(ROOM) tests/test_floors.py; \
	code=$$?; echo "$$(( $$(date +%s) - begun )) seconds"; exit $$code

kills: $(TESTS)  ## the long runs that are killed, frozen and cut off (outside `make test`)
	$(PY) -m pytest $(SPREAD) -m heavy tests/engine tests/indexing

fuzz: $(TESTS)  ## the long runs on damaged files (outside `make test`)
	$(PY) -m pytest $(SPREAD) -m heavy tests/documents
	$(PY) -m tests.benchmarks.fuzz_readers

lint: $(SOME)  ## formatting, ruff, mypy
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

translations: $(SOME)  ## collect new texts into the .po files and compile them
	$(PY) packaging/translations.py

notices: $(TESTS)  ## write THIRD_PARTY_NOTICES.md: licences of all that is shipped
	$(PY) packaging/third_party_notices.py

bench: $(TESTS)  ## benchmarks, as ratios side by side in one run
	$(PY) -m tests.benchmarks

screenshots: $(TESTS)  ## the README's pictures, taken from the program
	$(PY) tests/readme_pictures.py

samples: $(TESTS)  ## make the sample office again (needs fonttools and Noto CJK fonts)
	$(PY) packaging/make_samples.py

package:  ## build the wheel
	$(PY) -m build --wheel

installer-windows: $(READY)  ## build the Windows installers, on Linux with mingw-w64 and NSIS (packaging/README.md)
	$(PY) packaging/build.py windows

installer-linux: $(READY)  ## build the Linux installers, on Debian 12
	$(PY) packaging/build.py linux

clean:  ## remove everything that was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY) $(TESTS): pyproject.toml constraints.txt packaging/set_up.py packaging/light_setup.py packaging/llama_flags.py packaging/building/llama.py packaging/building/llama_sources.py packaging/building/llama.cmake packaging/launchers.py packaging/prepare_embedding.py packaging/get_default_model.py packaging/third_party_notices.py
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Install it with: apt-get install -y python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) -V)."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. Install it with: apt-get install -y python3-venv"; exit 1; }
	$(PY) packaging/set_up.py --constraint constraints.txt $(if $(filter $(TESTS),$@),--for-tests)
	@touch $(READY) $@

$(LIGHT): pyproject.toml constraints.txt packaging/light_setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) -V)."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. Install it with: apt-get install -y python3-venv"; exit 1; }
	$(PY) packaging/light_setup.py --constraint constraints.txt
	$(PY) packaging/launchers.py
	@touch $(LIGHT)
