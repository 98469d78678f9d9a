# The way in: `make` lists what there is to do. Works with GNU Make 3.81 and later, on Linux and macOS.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
MESSAGES ?= 2000
FRAMES ?= 100000
REQUESTS ?= 2000
SEED ?=
ROUNDS ?= 5
CLIENTS ?= 1000
MINUTES ?= 10
BACKEND ?= postgresql
N ?= 20
RECOVERY ?= bench/results/recovery.json
UV_VERSION := 0.13.9

BIN := .venv/bin
manage := $(BIN)/python manage.py
pip := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input

# What a setting is in .env, where there is one. The environment comes first, as in settings.py.
dotenv = $(shell sed -n 's/^ *$(1) *= *//p' .env 2>/dev/null | tail -n 1)
VAR_DIR ?= $(or $(call dotenv,VAR_DIR),var)
STATIC := $(VAR_DIR)/static/staticfiles.json

# The address follows HOST and PORT unless a setting gives it; a browser cannot open a wildcard.
ifeq ($(or $(SITE_URL),$(call dotenv,SITE_URL)),)
browsable := $(if $(filter 0.0.0.0 ::,$(HOST)),127.0.0.1,$(HOST))
run demo: export SITE_URL = http://$(if $(findstring :,$(browsable)),[$(browsable)],$(browsable)):$(PORT)
endif

# A Python that has gone took its packages along.
ifeq ($(wildcard $(BIN)/python),)
$(shell rm -f .venv/runtime.stamp)
endif

.PHONY: help run demo test deploy-test test-engines faults fuzz slow-readers storm soak bench bench-browser bench-pages bench-admin bench-pruning bench-reads bench-send bench-indexing bench-search bench-upkeep check lock preflight
.DELETE_ON_ERROR:

help: ## List what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: listen := '$(HOST)' '$(PORT)'
run: preflight .venv/runtime.stamp .env $(STATIC) ## Serve the chat (HOST=127.0.0.1 PORT=8000)
	@umask 077 && $(manage) prepare
	@umask 077 && exec $(manage) serve --host '$(HOST)' --port '$(PORT)'

demo: preflight .venv/runtime.stamp .env $(STATIC) ## Fill the database with people and talk (MESSAGES=2000)
	@umask 077 && $(manage) prepare >/dev/null  # whose link `make run` prints, with the address that it serves
	@umask 077 && $(manage) seed_demo --messages '$(MESSAGES)'
	@echo "Now: make run, unless it runs already"

deno_test = DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 $(BIN)/deno test --quiet --no-remote --allow-read tests/js
# One more than there are cores: half of what tests do is wait.
workers = $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 7 ? cores + 1 : 8)))
in_parallel = $(BIN)/pytest -q -n $(workers) --dist=loadgroup
test: .venv/dev.stamp ## Run every test; with CI=true a skip is a failure
	@failed=0; trap 'exit 130' INT TERM; \
	export TEST_STORE=$$(mktemp -d) && trap 'rm -rf "$$TEST_STORE"' EXIT; \
	log=$$($(deno_test) 2>&1) && printf '%s\n' "$$log" | tail -n 1 || { printf '%s\n' "$$log"; failed=1; }; \
	case "$${CI:-}:$$log" in true:*"| "[1-9]*" ignored ("*) echo "In CI nothing may be ignored."; failed=1;; esac; \
	$(in_parallel) tests/browser || failed=1; \
	$(in_parallel) -m 'not browser and not faults and not attacks and not deploy' || failed=1; \
	TEST_BACKEND=postgresql $(in_parallel) -m database tests/accounts tests/chat || failed=1; \
	$(in_parallel) $(deployed) tests/faults tests/attacks tests/deploy $(sample) || failed=1; \
	exit $$failed

# Through nginx, as deploy/ has it. Of the conformance tests `make test` takes those that a proxy is likely to break.
deployed = --deployed
sample = $(patsubst %,tests/conformance/test_%.py,handshake frames deflate files)
deploy-test: .venv/dev.stamp ## Send all conformance tests through nginx, restart each part under load
	@$(BIN)/pytest -q $(deployed) tests/deploy tests/conformance

test-engines: .venv/dev.stamp ## Walk through a day in Firefox and in WebKit, whichever is installed
	@$(BIN)/pytest -q tests/engines/journey.py

faults: .venv/dev.stamp ## Break every part on purpose while people talk, each way N=20 times
	@$(BIN)/pytest -q tests/faults --runs='$(N)' --recovery='$(RECOVERY)'

attack = $(BIN)/python -W ignore -m tests.attacks
fuzz: .venv/dev.stamp ## Attack a server with hostile frames and requests (FRAMES= REQUESTS= SEED=)
	@$(attack) fuzz --frames '$(FRAMES)' --requests '$(REQUESTS)' $(if $(SEED),--seed '$(SEED)')

slow-readers: .venv/dev.stamp ## Attack a server with those who do not read, flood or never come in (ROUNDS=)
	@$(attack) slow-readers --rounds '$(ROUNDS)'

storm: .venv/dev.stamp ## Let everybody lose the server and come back at once (CLIENTS=1000)
	@$(attack) storm --clients '$(CLIENTS)'

soak: .venv/dev.stamp ## Let people come and go, and see that nothing is left of them (MINUTES=10 BACKEND=)
	@$(attack) soak --minutes '$(MINUTES)' --backend '$(BACKEND)'

bench: .venv/dev.stamp ## Measure what a delivery costs, beside other servers (about ten minutes)
	@$(BIN)/python -W ignore -m bench.fan_out

bench-browser: .venv/dev.stamp ## Weigh the page and time it in a real browser (about ten minutes)
	@$(BIN)/python -W ignore -m bench.browser

bench-pages: .venv/dev.stamp ## Measure a page and a welcome among a million messages and 500 rooms
	@$(BIN)/python -W ignore -m bench.pages

bench-pruning: .venv/dev.stamp ## Measure what pruning a room costs those who send meanwhile
	@$(BIN)/python -W ignore -m bench.pruning

bench-admin: .venv/dev.stamp ## Measure the lists of the admin among a million messages
	@$(BIN)/python -W ignore -m bench.admin

bench-reads: .venv/dev.stamp ## Measure reading and mentions in a room of a hundred thousand
	@$(BIN)/python -W ignore -m bench.reads

bench-send: .venv/dev.stamp ## Measure stored messages a second, against a transaction for each
	@$(BIN)/python -W ignore -m bench.send

bench-indexing: .venv/dev.stamp ## Measure what the search index costs those who send
	@$(BIN)/python -W ignore -m bench.indexing

bench-search: .venv/dev.stamp ## Measure searches among a million messages (the first run makes them)
	@$(BIN)/python -W ignore -m bench.search

bench-upkeep: .venv/dev.stamp ## Measure verify_chat and export_room on a million messages (the first run makes them)
	@$(BIN)/python -W ignore -m bench.upkeep

# ---- what a machine needs first

# A Python that .venv holds is the one that counts; a dangling link in it is none.
python = $(if $(wildcard $(BIN)/python),$(BIN)/python,$(PYTHON))
preflight:
	$(eval trouble := $(shell sh chatsite/preflight.sh '$(python)' '$(VAR_DIR)' $(listen)))
	$(if $(trouble),$(error $(trouble)))

# `unfinished` marks an installation under way: one that was interrupted is started afresh.
.venv/runtime.stamp: requirements.txt | preflight
	@echo "Installing what the chat needs (once; under a minute) ..."
	@if [ -e .venv/unfinished ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		rm -rf .venv && mkdir .venv && touch .venv/unfinished && $(PYTHON) -m venv .venv; \
	fi
	@touch .venv/unfinished
	@$(pip) install --require-hashes -r requirements.txt
	@rm .venv/unfinished && touch $@

.venv/dev.stamp: requirements-dev.txt .venv/runtime.stamp
	@echo "Installing what checks and tests need (once) ..."
	@touch .venv/unfinished
	@$(pip) install --require-hashes -r requirements-dev.txt
	@rm .venv/unfinished && touch $@

.env: | .venv/runtime.stamp
	@umask 077 && $(BIN)/python -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(50))' > $@.new
	@mv $@.new $@

$(STATIC): .venv/runtime.stamp $(shell find static) | .env
	@$(manage) collectstatic --clear --no-input --verbosity 0

# ---- checks: each quiet where all is well, and all run whatever one of them finds

checks := check-format check-lint check-types check-imports check-templates check-js \
	check-migrations check-deploy check-protocol check-audit
.PHONY: $(checks)

# As in production, and blind to the developer's own settings.
$(checks): export SECRET_KEY := checks-only-not-a-secret-0123456789-0123456789-abcdefghij
$(checks): export SITE_URL := https://chat.example.org
$(checks): export DATABASE_URL := sqlite://:memory:
$(checks): export REDIS_URL :=
$(checks): export DEBUG := false
$(checks): export DENO_NO_UPDATE_CHECK := 1
$(checks): export NO_COLOR := 1

quietly = @log=$$({ $(1); } 2>&1) && echo "ok      $(@:check-%=%)" || \
	{ printf 'FAILED  %s\n%s\n' '$(@:check-%=%)' "$$log"; exit 1; }

check: .venv/dev.stamp ## Check format, lint, types, imports, templates, migrations, settings, docs (AUDIT=true)
	@$(MAKE) --no-print-directory --keep-going --jobs=4 $(checks)

check-format:
	$(call quietly,$(BIN)/ruff format --check .)

check-lint:
	$(call quietly,$(BIN)/ruff check .)

check-types:
	$(call quietly,$(BIN)/mypy)

check-imports:
	$(call quietly,$(BIN)/lint-imports --no-logo)

check-templates:
	$(call quietly,find accounts chat templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +)

check-js:
	$(call quietly,$(BIN)/deno fmt --check && $(BIN)/deno lint && $(BIN)/deno check static/js tests/js)

check-migrations:
	$(call quietly,$(manage) makemigrations --check --dry-run)

check-deploy:
	$(call quietly,$(manage) check --deploy --fail-level WARNING)

check-protocol:
	$(call quietly,$(manage) protocol_docs --check)

# Off by default: it asks the index a hundred questions, and a new advisory fails what nobody has changed.
check-audit:
	@$(BIN)/python -m chatsite.audit requirements.txt requirements-dev.txt

# ---- the locked requirements

lock: .venv/dev.stamp ## Compile requirements*.in again (UPGRADE=1: to the newest versions)
	@$(pip) install uv==$(UV_VERSION)
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header $(if $(UPGRADE),--upgrade) -o $$name.txt $$name.in || exit 1; \
	done
