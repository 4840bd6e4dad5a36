# Two commands set everything up: `make demo` and `make test`. Each makes its own environment.
PYTHON ?= python3
BIN := .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

# One thread for products of matrices: those of a mini-batch are too small to be divided.
export OPENBLAS_NUM_THREADS ?= 1

# A page in a browser may miss its moment on a busy machine: such a test has three tries, and the
# summary says which needed them.
AGAIN := --reruns 2 --reruns-delay 1 -rsR

# What the tests of `make test-peers` compare with.
PEERS ?= torch==2.13.0 jax onnx onnxruntime

# What the engine in C consists of; a change of it is built again.
NATIVE := $(wildcard autodiff/native/*.[ch]) autodiff/compiler/loops/products.c autodiff/formula/special.c

.PHONY: demo test test-pure test-browser browser test-docs docs test-peers peers lint types generated \
	expected bench gallery clean

demo: .venv/demo ## The textbook neuron and a digit network, from expression to picture
	$(BIN)/chalkgrad "tanh(x1*w1 + x2*w2 + b)" x1=2 x2=0 w1=-3 w2=1 b=6.8813735870195432 \
		--draw neuron.svg --draw neuron.png
	$(BIN)/chalkgrad train handwriting --layers 16,16 --epochs 6 --pictures digits \
		--optimizer adam --learning-rate 0.01 --schedule warm-up --batch-size 32

test: .venv/dev lint types ## What must pass before a commit
	$(BIN)/python -m pytest -n auto -m "not peers and not browser and not docs"

test-pure: .venv/dev ## The same tests in pure Python, as where no compiler was found
	CHALKGRAD_PURE=1 $(BIN)/python -m pytest -n auto -m "not peers and not browser and not docs"

test-browser: browser ## A notebook of all pictures and reports in Chromium; skipped where that is missing
	$(BIN)/python -m pytest tests/browser -m browser $(AGAIN)

browser: .venv/dev
	@timeout 600 $(INSTALL) -e .[browser] \
		|| echo "Jupyter or Playwright cannot be installed here: the tests are skipped"
	@command -v chromium > /dev/null || { test "$$(id -u)" = 0 \
		&& { apt-get -qq install -y chromium || { apt-get -qq update && apt-get -qq install -y chromium; }; }; } \
		|| echo "chromium is missing, and only root can install it: the tests are skipped"

test-docs: docs browser ## Every page of the site in Chromium, its search, links and notebooks
	$(BIN)/python -m pytest tests/site docs/site $(AGAIN)

docs: .venv/docs ## The site with the book, in build/site; chapters run again when the code has changed
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -d build/doctrees docs build/site

test-peers: peers ## Against PyTorch and others; those that cannot be installed are skipped
	$(BIN)/python -m pytest -n auto -m peers -rs

peers: .venv/dev
	@for peer in $(PEERS); do \
		timeout 300 $(INSTALL) --retries 1 "$$peer" \
			|| echo "$$peer cannot be installed here: its tests are skipped"; \
	done

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/basedpyright

generated: ## The functions and methods that follow from the rows of the derivative table
	$(PYTHON) autodiff/table/generate.py

bench: .venv/bench ## Ratios against other engines (installs them: large)
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.gradcheck
	$(BIN)/python -m benchmarks.draw
	$(BIN)/python -m benchmarks.training --rows moons
	$(BIN)/python -m benchmarks.compile
	$(BIN)/python -m benchmarks.gpt

expected: .venv/dev ## The texts that tests of pictures, programs and the command line compare with, again
	$(BIN)/python -m pytest -q --renew-expected tests/viz tests/autodiff/compiler tests/chalkgrad

gallery: .venv/dev ## Every picture of docs/gallery again
	$(BIN)/python docs/gallery/build.py

.venv/pyvenv.cfg:
	$(PYTHON) -m venv .venv

.venv/demo: .venv/pyvenv.cfg pyproject.toml $(NATIVE)
	$(INSTALL) -e .[data,plots]
	@touch $@

.venv/dev: .venv/pyvenv.cfg pyproject.toml $(NATIVE)
	$(INSTALL) -e .[data,dev]
	@touch $@

.venv/docs: .venv/pyvenv.cfg pyproject.toml
	$(INSTALL) -e .[data,docs]
	@touch $@

.venv/bench: .venv/dev
	$(INSTALL) -e .[bench]
	@touch $@

clean:
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache autodiff/native/*.so
