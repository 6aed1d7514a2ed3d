# make run    install, build the index if it is missing or stale, serve the chat
# make ask Q="…"   one question on the command line
# make test   the whole suite        make check   lint, types, import rules
# make eval   measure on the evaluation set, with a report       make gate   fail if answers got worse
# make bench  times and sizes        make load   many users at once
# make widget-demo   the chat, and pages of another origin that embed it
# make deepeval      the score that a public evaluation tool gives

PYTHON ?= python3
PIP_ARGS ?=
BIN := .venv/bin
Q ?=
export Q

.PHONY: run ask index test check eval gate calibrate bench load deepeval widget-demo clean

run: .venv/run
	$(BIN)/python app.py

ask: .venv/run
	@$(BIN)/python -m ingest build > /dev/null
	@$(BIN)/python -m assistant ask -- "$$Q"

index: .venv/run
	$(BIN)/python -m ingest build

test: .venv/dev
	$(BIN)/python -m pytest

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

eval: .venv/dev index
	$(BIN)/python -m eval publish
	$(BIN)/python -m eval report eval/results/whole.json eval/results/report.html
	$(BIN)/python tools/readme.py

gate: .venv/dev index
	$(BIN)/python -m eval gate

calibrate: .venv/dev index
	$(BIN)/python -m eval calibrate

bench: .venv/dev index
	$(BIN)/python tools/bench.py > tools/bench.new && mv tools/bench.new tools/bench.json
	$(BIN)/python tools/readme.py

load: .venv/dev index
	$(BIN)/python tools/load.py > tools/load.new && mv tools/load.new tools/load.json
	$(BIN)/python tools/readme.py

deepeval: .venv/dev index .venv-deepeval/installed
	.venv-deepeval/bin/python tools/deepeval_check.py > tools/deepeval.new && mv tools/deepeval.new tools/deepeval.json
	$(BIN)/python tools/readme.py

# an environment of its own: what DeepEval needs contradicts constraints.txt
.venv-deepeval/installed: tools/deepeval_constraints.txt
	$(PYTHON) -m venv .venv-deepeval
	.venv-deepeval/bin/python -m pip install --progress-bar off $(PIP_ARGS) -r tools/deepeval_constraints.txt
	touch $@

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing (about 2.3 GB on disk; a few minutes the first time) …"
	$(BIN)/python -m pip install --progress-bar off $(PIP_ARGS) -c constraints.txt -e .
	@touch $@

.venv/dev: .venv/run
	$(BIN)/python -m pip install --progress-bar off $(PIP_ARGS) -c constraints.txt -e '.[dev]'
	@touch $@

widget-demo: .venv/run
	@$(BIN)/python tools/widget_demo/serve.py & demo=$$!; trap "kill $$demo 2> /dev/null" EXIT INT TERM; \
	ASSISTANT_WIDGET_SITES=tools/widget_demo/sites.toml $(BIN)/python app.py

clean:
	rm -rf .venv .venv-deepeval data build *.egg-info
