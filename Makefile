# Every command of a developer; the workflows and .ci/run call the same targets.
# `make help` lists them. The virtual environment is made on first use.

# One thread per process: notebooks and tests run side by side, and give the same numbers anywhere.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1
export MKL_NUM_THREADS = 1
export TOKENIZERS_PARALLELISM = false
export HF_HUB_OFFLINE = 1
export PYDEVD_DISABLE_FILE_VALIDATION = 1

VENV = .venv
READY = $(VENV)/.ready
BIN = $(VENV)/bin
EXTRAS = book,dev
CONSTRAINTS = $(wildcard constraints.txt)
PORT = 8000
BENCHMARKS = engine conv learners startup grader pages
TITLE = Title

# PYTHON=... overrides; else the first of these that is 3.11 to 3.13.
FITS = import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell $(name) -c '$(FITS)' 2>/dev/null && echo $(name))))

.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
.PHONY: help book serve test test-all test-slow lint types unit nbval site mutants colab lowest \
	audit links bench lighthouse pdf tidy new clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
		awk -F '\t' '{ printf "  make %-10s %s\n", $$1, $$2 }'

book: $(READY) ## execute the notebooks and build the site into _build/html
	@$(BIN)/python tools/book.py

serve: book ## build the site and serve it (PORT=8000)
	@echo "http://127.0.0.1:$(PORT)/ (Ctrl-C ends it)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

test: lint types unit nbval site ## lint, types, unit tests, notebooks, built pages

test-all: test test-slow ## the same, then the slow tests: 1,000 random cases, mutants, both themes

lint: $(READY) ## check style of code and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/notebooks.py lint

types: $(READY) ## check types
	$(BIN)/mypy

unit: $(READY) ## run the unit tests
	$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/site --ignore=tests/grading --ignore=instructor
	$(BIN)/pytest -n 2 --dist loadfile tests/grading $(wildcard instructor/tests)

nbval: $(READY) ## execute a copy of each notebook and compare the outputs that are stored
	@rm -rf _build/nbval && mkdir -p _build/nbval && cp -R book _build/nbval
	$(BIN)/pytest --nbval-lax --nbval-cell-timeout=300 -p no:cacheprovider \
		-n 2 --dist loadfile _build/nbval/book
	@rm -rf _build/nbval

site: book ## check the built pages, in a browser where there is a Chromium
	$(BIN)/pytest -rs -n 2 tests/site

test-slow: book ## run only what test-all adds
	HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -n 2 tests/test_autograd.py tests/test_conv.py \
		tests/test_functional.py
	$(BIN)/pytest -rs -m "slow or mutants" --durations=5

mutants: $(READY) ## change the solutions of the exercises and see every check notice
	$(BIN)/pytest -m mutants

colab: ## run the notebooks as Colab does: the built wheel, the newest versions, no repository
	@$(PYTHON) tools/colab.py

lowest: ## write _build/lowest.txt, the lowest versions that pyproject.toml allows (for CONSTRAINTS=)
	@mkdir -p _build && $(PYTHON) -m venv _build/uv && _build/uv/bin/pip install --quiet uv
	@_build/uv/bin/uv pip compile --quiet --no-annotate --no-header --resolution lowest-direct \
		$(addprefix --extra ,book dev) pyproject.toml -o _build/lowest.txt

audit: $(READY) ## ask for known faults of the versions in constraints.txt (needs the network)
	@$(PYTHON) -m venv _build/audit && _build/audit/bin/pip install --quiet pip-audit
	@_build/audit/bin/pip-audit --no-deps --disable-pip -r constraints.txt

links: $(READY) ## check links to other sites (needs the network)
	@$(BIN)/python tools/book.py --links

bench: $(READY) ## measure everything beside its peers, into benchmarks/RESULTS.md (fetches the peers)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--target _build/peers --upgrade -r benchmarks/requirements.txt
	@for name in $(BENCHMARKS); do \
		echo "=== $$name" && PYTHONPATH=_build/peers $(BIN)/python benchmarks/$$name.py || exit 1; \
	done
	@$(BIN)/python benchmarks/report.py

lighthouse: book ## measure speed and accessibility of three pages (needs Node, and fetches Lighthouse)
	@$(BIN)/python benchmarks/lighthouse.py

pdf: book ## print the whole book into one PDF (needs Chromium)
	@$(BIN)/python tools/pdf.py

tidy: $(READY) ## bring code and notebooks into their stored form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python tools/notebooks.py tidy

new: $(READY) ## start a chapter: make new NAME=09_attention TITLE="Attention"
	$(BIN)/python tools/notebooks.py new --title "$(TITLE)" $(NAME)

clean: ## remove everything that was built, but not .venv
	rm -rf _build build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The stamp is newer than pyproject.toml and constraints.txt only after an installation that
# succeeded, so an interrupted one is taken up again.
$(READY): pyproject.toml $(CONSTRAINTS)
	@$(check-python)
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (minutes at the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check \
		$(addprefix -c ,$(CONSTRAINTS)) -e '.[$(EXTRAS)]'
	@touch $@

define check-python
if [ -x $(BIN)/pip ]; then exit 0; fi; \
if [ -z "$(PYTHON)" ]; then \
	echo "No Python 3.11 to 3.13 found. Install one, or name it: make book PYTHON=/path/to/python3"; \
	exit 1; \
fi; \
if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	echo "$(PYTHON) is $$($(PYTHON) --version 2>&1): 3.11 or newer is needed. Name one: make PYTHON=..."; \
	exit 1; \
fi; \
if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	minor=$$($(PYTHON) -c 'import sys; print(sys.version_info.minor)'); \
	echo "This Python cannot make virtual environments. Install the missing part, then try again:"; \
	echo "    sudo apt-get install python3.$$minor-venv"; \
	exit 1; \
fi
endef
