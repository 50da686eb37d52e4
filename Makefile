# make run      the studio where there is a display, else the demonstration in build/demo
# make test     the whole test suite
# make lint     ruff, mypy and the layers of the packages
# make page     the service's web page, from studio/service/web into studio/service/static
# make deb      a Debian package of the program, in build/
# make appimage RUNTIME=FILE   the same in one file for any Linux desktop
# make demo, make bench, make soak, make pictures, make format, make clean

BIN := .venv/bin
SETUP := pyproject.toml constraints.txt .ci/environment.py .ci/python .ci/system-libraries
ROUNDS ?= 100

# The corpora, where they lie beside the checkout; tests that need one say so when it does not.
ifneq ($(wildcard ../shared/data/iam-ondb),)
export SCRIPTORIUM_IAM ?= $(abspath ../shared/data/iam-ondb)
endif
ifneq ($(wildcard ../shared/data/unipen),)
export SCRIPTORIUM_UNIPEN ?= $(abspath ../shared/data/unipen)
endif

.PHONY: run demo deb appimage test lint page pictures format bench soak clean

run: .venv/run.stamp
	@if [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ] && [ "$$(uname)" != Darwin ]; then \
	    $(BIN)/scriptorium demo --out build/demo; \
	else \
	    $(BIN)/scriptorium studio; \
	fi

demo: .venv/run.stamp
	@$(BIN)/scriptorium demo --out build/demo

# A process for each core, up to four, and one thread in each: more would only wait for each other.
# Files come in the order of tests/conftest.py. What measures is `make bench`'s.
# Compiled files are kept, whatever the environment says: tests start the program a hundred times.
test: export PYTHONDONTWRITEBYTECODE =
test: .venv/test.stamp
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile \
	    --no-loadscope-reorder -m "not bench"

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

deb: .venv/run.stamp
	$(BIN)/python .ci/packages/deb.py

appimage: .venv/run.stamp
	$(BIN)/python .ci/packages/appimage.py --runtime "$(RUNTIME)"

# The documentation's pictures of the window; each takes the hand that ships anew.
pictures: .venv/run.stamp
	@set -e; export QT_QPA_PLATFORM=offscreen; \
	for picture in empty:studio-empty.png writing:studio.png candidates:studio-candidates.png \
	    dark:studio-dark.png export:studio-export.png pages:studio-pages.png \
	    error:studio-error.png inspector:studio-inspector-dark.png film:studio-writing.webp; do \
	    echo "docs/pictures/$${picture#*:}"; \
	    $(BIN)/scriptorium studio --scene "$${picture%%:*}" \
	        --screenshot "docs/pictures/$${picture#*:}"; \
	done

# The only target that needs Node (20.19 or later): its result is committed.
page:
	@command -v npm >/dev/null || { echo "make page needs Node 20.19 or later with npm" >&2; exit 1; }
	cd studio/service/web && npm ci --no-fund --no-audit && npm run build

format: .venv/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/test.stamp
	SCRIPTORIUM_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest -m bench -s

soak: .venv/test.stamp
	SCRIPTORIUM_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest -m soak -s

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find engine training studio resources tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: $(SETUP)
	@.ci/system-libraries run
	@python=$$(.ci/python) && "$$python" .ci/environment.py
	@touch $@

.venv/test.stamp: $(SETUP)
	@.ci/system-libraries test
	@python=$$(.ci/python) && "$$python" .ci/environment.py --dev
	@touch $@ .venv/run.stamp
