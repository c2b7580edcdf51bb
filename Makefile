# Everything runs from .venv, which is made from the lock file when missing or out of date.
PYTHON ?= python3
TORCH  := torch==2.13.0
BIN    := .venv/bin
STAMP  := .venv/.complete
POSE   := .venv/.pose
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-strip-extras
ENV    ?= sample
ARGS   ?=

.PHONY: help run peers test test-fast fuzz soak results-check coverage wheel-check lint viz ui docs axe lock licences audit clean

help:  ## what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 8

# pip would compile 37,000 files on one core; here all cores do, and leave out tests of packages.
# Some files are written for another Python and cannot be compiled: nothing imports them.
PIP      = $(BIN)/pip install --quiet --no-compile
BYTECODE = $(BIN)/python -m compileall -qq -j 0 -x '/tests/' .venv/lib || true

# torch comes first and by itself: its CPU and CUDA builds differ, so no lock file can name both.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kinembed needs Python 3.11 or newer (make PYTHON=python3.12 ...)")'
	$(PYTHON) -m venv .venv
	$(PIP) $(TORCH)
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --editable .
	$(BYTECODE)
	touch $(STAMP)

# What reads C3D and pose trackers' files weighs a gigabyte: nothing but the tests needs it.
$(POSE): $(STAMP) requirements-pose.lock
	$(PIP) --require-hashes --requirement requirements-pose.lock
	$(BYTECODE)
	touch $(POSE)

run: $(STAMP)  ## process an experiment: make run ENV=cmu86 ARGS="--params preset=published"
	$(BIN)/kedro run --env $(ENV) $(ARGS)

# Two workers with threads for each core would wait for one another. With `--dist loadfile` xdist 3.8
# starts the test that killed its worker again and again; with `worksteal` that test fails, once.
# Bytecode is kept, also where the shell forbids it: each process of a test starts seconds earlier.
PYTEST = PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist worksteal --max-worker-restart 50
test: $(STAMP) $(POSE)  ## all checks: style, types, imports, tests
	$(MAKE) lint
	$(BIN)/python -m compileall -q src
	$(PYTEST) --durations 20

fuzz: $(STAMP) $(POSE)  ## mutants of recordings in every format, for an hour: ARGS="--minutes 5 --format .c3d"
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python benchmarks/fuzz_readers.py --minutes 60 $(ARGS)

soak: $(STAMP)  ## labelling again and again for an hour: memory and open files stay as they are
	OMP_NUM_THREADS=1 $(BIN)/python -W ignore benchmarks/soak.py --minutes 60 $(ARGS)

results-check: $(STAMP)  ## a cheap row of each results page, computed again: ARGS="mice video" for some
	OMP_NUM_THREADS=1 $(BIN)/python -W ignore benchmarks/results_check.py $(ARGS)

# In an environment of their own: nothing of kinembed imports them, and no test needs them.
peers:  ## programs of others, for the benchmark alone, in .venv-peers: a gigabyte
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/pip install --quiet --no-compile $(TORCH)
	.venv-peers/bin/pip install --quiet --no-compile --requirement benchmarks/peers/requirements.txt

# Tracing every line makes tests take half as long again: it is not part of `make test`.
coverage: $(STAMP) $(POSE)  ## all tests, and which lines none of them ran
	$(PYTEST) --cov --cov-report term

test-fast: $(STAMP)  ## what takes seconds: no process of Kedro, no browser, no real recordings
	$(PYTEST) -m "not slow and not browser and not mirror and not project"

wheel-check: $(STAMP)  ## install the wheel into an empty environment and use it: minutes, gigabytes
	PYTHON=$(PYTHON) BIN=$(BIN) TORCH="$(TORCH)" .ci/wheel-check

lint: $(STAMP)  ## style, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/words.py
	PYTHONWARNINGS=ignore $(BIN)/numpydoc lint $$(git ls-files "src/*.py")
	$(BIN)/codespell src conf docs tests benchmarks notebooks *.md

viz: $(STAMP)  ## the pipelines as a graph in the browser
	$(BIN)/kedro viz run --host 127.0.0.1 --env $(ENV) $(ARGS)

# One reader needs one worker; MLflow's background jobs (seven processes) are for language models.
ui: $(STAMP)  ## tracked runs in the browser
	MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false \
		$(BIN)/mlflow ui --host 127.0.0.1 --workers 1 --backend-store-uri sqlite:///$${KINEMBED_DATA:-.}/mlflow.db $(ARGS)

# The theme speaks of its own successor in every build.
docs: $(STAMP)  ## the site: site/index.html (search needs a server: python -m http.server -d site)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict $(ARGS)

axe: docs  ## the site's pages, checked for readers with a screen reader or weak sight: minutes
	PYTHONPATH=tests $(BIN)/python docs/axe.py site

# uv keeps every version of a lock file that still lies in the ranges of pyproject.toml.
lock: $(STAMP)  ## bring the lock files up to date with pyproject.toml; ARGS=--upgrade: newest versions
	$(COMPILE) $(ARGS) --extra cluster --extra viz --group dev --group docs -o requirements.lock pyproject.toml
	$(COMPILE) $(ARGS) --extra pose --constraint requirements.lock -o requirements-pose.lock pyproject.toml

licences: $(STAMP)  ## licences of all that a default install brings; fails at one not judged yet
	$(BIN)/python .ci/licences

# Without --strict a package that the index says nothing about counts as sound.
audit: $(STAMP)  ## known vulnerabilities of the locked versions: needs the Internet
	$(BIN)/uvx pip-audit@2.10.1 --strict --no-deps --disable-pip --progress-spinner off \
		--requirement requirements.lock --requirement requirements-pose.lock $(ARGS)

clean:  ## remove results and tracked runs; .venv and raw recordings stay
	rm -rf data/0[2-8]*/* data/.runs mlflow.db mlflow.db-* mlartifacts site .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
