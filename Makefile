# Two commands matter: `make run` opens a whole city on this machine, `make test` proves the program.
# Both do all set-up themselves, once; afterwards they start at once.

PYTHON := .venv/bin/python
WORKERS ?= 2
SIZES := 1366x768 1920x1080 3840x2160
ARGS ?=

# Without a display the demo draws off screen and leaves pictures instead.
ifeq ($(DISPLAY)$(WAYLAND_DISPLAY),)
OFFSCREEN := yes
endif
# Chromium refuses its sandbox to the superuser; a demo and pictures may go without, a real room may not.
ifeq ($(shell id -u),0)
DEMO_ENV := QTWEBENGINE_DISABLE_SANDBOX=1
endif

.PHONY: run test check lint bench screens soak clean

run: .venv/ready
ifdef OFFSCREEN
	@mkdir -p out
	@$(DEMO_ENV) QT_QPA_PLATFORM=offscreen $(PYTHON) main.py --demo --screenshot out $(ARGS)
	@echo "No display here: every workspace is saved as a picture in $(CURDIR)/out"
else
	@$(DEMO_ENV) $(PYTHON) main.py --demo $(ARGS)
endif

test: .venv/ready lint
	@$(PYTHON) -m pytest -n $(WORKERS) -m "not soak" $(ARGS)

check: .venv/ready lint
	@$(PYTHON) -m pytest -n $(WORKERS) -m "not slow and not soak" $(ARGS)

lint: .venv/ready
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --cache-dir .import_linter_cache

bench: .venv/ready
	@$(PYTHON) tests/benchmarks/run.py $(ARGS)

screens: .venv/ready
	@for size in $(SIZES); do \
	    echo "out/$$size"; \
	    $(DEMO_ENV) QT_QPA_PLATFORM=offscreen $(PYTHON) main.py --demo --screenshot out/$$size --size $$size $(ARGS) || exit; \
	done

soak: .venv/ready
	@$(PYTHON) -m pytest -m soak --timeout=0 $(ARGS)

.venv/ready: pyproject.toml constraints.txt .ci/setup .ci/system-packages
	@sh .ci/setup

clean:
	rm -rf .venv build dist out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
