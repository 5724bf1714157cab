# Everything lives in this checkout: .venv, node_modules, var/.
# `make run` and `make test` are all a fresh machine needs.
SHELL := /bin/bash
PYTHON ?= python3.11
PORT ?= 8000
BIN := .venv/bin
VENDOR := src/khuevan/web/static/vendor

.PHONY: setup run test check bench docs demo db lock meanings journeys clean

.venv/base: requirements/base.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check -r requirements/base.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/base requirements/dev.txt
	$(BIN)/pip install -q --disable-pip-version-check -r requirements/dev.txt
	@touch $@

node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(VENDOR)/.made: node_modules/.package-lock.json
	@mkdir -p $(VENDOR)
	cp node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css $(VENDOR)/
	cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/
	cp node_modules/@fontsource/be-vietnam-pro/files/be-vietnam-pro-{latin,vietnamese}-{400,700}-normal.woff2 $(VENDOR)/
	@sed -i 's|//# sourceMappingURL=.*||; s|/\*# sourceMappingURL=.*\*/||' $(VENDOR)/*.css $(VENDOR)/*.js
	@# own brand: no GDS Transport
	@sed -i -E 's/@font-face\{font-family:GDS Transport[^}]*\}//g; s/"?GDS Transport"?/"Be Vietnam Pro"/g' $(VENDOR)/govuk-frontend.min.css
	@touch $@

setup: .venv/base $(VENDOR)/.made  ## install everything the platform runs on
	@$(BIN)/khuevan translations compile

db: setup  ## start the database and bring its tables up to date
	$(BIN)/khuevan db start
	$(BIN)/khuevan migrate -v 0

demo: db  ## load the demo city (once)
	$(BIN)/khuevan demo load

run: demo  ## the demo city on http://localhost:$(PORT)
	$(BIN)/khuevan collectstatic --noinput -v 0
	KHUEVAN_SITE_URL=$${KHUEVAN_SITE_URL:-http://localhost:$(PORT)} $(BIN)/khuevan serve --port $(PORT)

check: setup .venv/dev  ## style, types, boundaries, catalogues
	$(BIN)/ruff format --check src tests demo bench tools docs
	$(BIN)/ruff check src tests demo bench tools docs
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/khuevan makemigrations --check --dry-run -v 0
	$(BIN)/khuevan translations check

test: setup .venv/dev  ## every test, browser journeys included
	tests/programs.sh
	$(BIN)/khuevan collectstatic --noinput -v 0
	$(BIN)/pytest -n 2 --dist loadgroup

meanings: setup  ## an option: search and matching by meaning, too (91 MB, a model for offline use)
	$(BIN)/pip install -q --disable-pip-version-check -r requirements/meanings.txt

bench: setup .venv/dev  ## speed, as ratios against a baseline of the same run
	$(BIN)/python -m bench

docs: setup .venv/dev  ## the handbook, warnings are errors
	$(BIN)/sphinx-build -W -n -q -b html docs docs/_build/html

lock:  ## pin requirements again, for the oldest Python promised (Debian 12: 3.11.2)
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --python-version 3.11.2 --no-emit-index-url --custom-compile-command "make lock" requirements/base.in -o requirements/base.txt
	$(BIN)/uv pip compile -q --python-version 3.11.2 --no-emit-index-url --custom-compile-command "make lock" requirements/dev.in -o requirements/dev.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved

clean:  ## stop the database and forget everything that was set up
	-$(BIN)/khuevan db stop
	rm -rf .venv node_modules var $(VENDOR)
