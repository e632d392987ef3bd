# Everything a contributor needs. `make` alone explains it.

GOLANGCI_LINT_VERSION := v2.6.2
GOLANGCI_LINT := bin/golangci-lint-$(GOLANGCI_LINT_VERSION)

# npm writes this file last, so it stands for a complete fetch of the engine.
ENGINE := warehouse/embedded/node_modules/.package-lock.json

# The dashboard: its packages, and the files that the binary embeds.
UI_PACKAGES := ui/node_modules/.package-lock.json
UI := ui/dist/index.html
UI_SOURCES := $(shell find ui/src ui/public -type f) $(wildcard ui/*.html ui/*.ts ui/*.json)

# Where `make demo` keeps the simulated company.
DEMO_DIR ?= .demo

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ui ## Build bin/weir
	go build -o bin/weir ./cmd/weir

.PHONY: ui
ui: $(UI) ## Build the dashboard into ui/dist

$(UI): $(UI_PACKAGES) $(UI_SOURCES)
	npm run --prefix ui build
	@touch $@

$(UI_PACKAGES): ui/package-lock.json
	npm ci --prefix ui --no-audit --no-fund
	@touch $@

.PHONY: engine
engine: $(ENGINE) ## Fetch the ClickHouse engine (once, about 180 MB)

$(ENGINE): warehouse/embedded/package-lock.json
	npm ci --prefix warehouse/embedded --no-audit --no-fund
	@touch $@

.PHONY: demo
demo: engine build ## Serve the dashboard of a simulated company, kept in .demo
	bin/weir demo --data-dir $(DEMO_DIR)

.PHONY: run
run: engine build ## Run weir: make run ARGS="query lead_time --every month"
	bin/weir $(ARGS)

.PHONY: test
test: engine build ## Run every test: Go with the race detector, the dashboard's, and those in a browser
	go vet ./...
	go test -race -timeout 30m ./...
	npm run --prefix ui test
	npm run --prefix ui e2e

.PHONY: e2e
e2e: engine build ## Run the tests in a browser only
	npm run --prefix ui e2e

.PHONY: screenshot
screenshot: engine build ## Make the README's picture anew, from a running demo
	npm run --prefix ui screenshot

.PHONY: lint
lint: $(GOLANGCI_LINT) $(UI_PACKAGES) ## Run the linters and check the formatting
	$(GOLANGCI_LINT) run ./...
	npm run --prefix ui lint

.PHONY: fmt
fmt: $(GOLANGCI_LINT) $(UI_PACKAGES) ## Format the code
	$(GOLANGCI_LINT) fmt ./...
	npm run --prefix ui format

# The version stands in the file's name, so that a newer pin installs itself.
$(GOLANGCI_LINT):
	GOBIN="$(CURDIR)/bin" go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv bin/golangci-lint $@

.PHONY: bench
bench: engine ui ## Run the benchmarks: rows a second, ratios to the bare scan, the page's size
	npm run --prefix ui size
	go test -run '^$$' -bench . -benchtime $(or $(BENCHTIME),3x) -timeout 60m ./...

.PHONY: clean
clean: ## Remove what was built and the demo's data; the fetched engine stays
	rm -rf bin ui/dist/assets ui/dist/*.html $(DEMO_DIR)
