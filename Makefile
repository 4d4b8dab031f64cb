# Two commands matter: `make run` opens a whole city on this machine, `make test` proves the program.
# Both do all set-up themselves, once; afterwards they start at once.

PYTHON := .venv/bin/python
WORKERS ?= 2
ARGS ?=

# Without a display the demo draws off screen and leaves pictures instead.
ifeq ($(DISPLAY)$(WAYLAND_DISPLAY),)
OFFSCREEN := yes
endif

.PHONY: run test check lint bench screens soak clean

run: .venv/ready
ifdef OFFSCREEN
	@QT_QPA_PLATFORM=offscreen $(PYTHON) main.py --demo --screenshot out --size 1920x1080 $(ARGS)
	@echo "No display here: every workspace is saved as a picture in $(CURDIR)/out"
else
	@$(PYTHON) main.py --demo $(ARGS)
endif

test: .venv/ready lint
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile -m "not soak" $(ARGS)

check: .venv/ready lint
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile -m "not slow and not soak" $(ARGS)

lint: .venv/ready
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --cache-dir .import_linter_cache

bench: .venv/ready
	@$(PYTHON) tests/benchmarks/run.py $(ARGS)

screens: .venv/ready
	@QT_QPA_PLATFORM=offscreen $(PYTHON) main.py --demo --screenshot out $(ARGS)
	@echo "Every workspace in three sizes: $(CURDIR)/out"

soak: .venv/ready
	@$(PYTHON) -m pytest -m soak --timeout=0 $(ARGS)

.venv/ready: pyproject.toml constraints.txt .ci/setup .ci/system-packages
	@sh .ci/setup

clean:
	rm -rf .venv build dist out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
