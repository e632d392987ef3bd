# Everything a contributor needs. `make` alone explains it.

GOLANGCI_LINT_VERSION := v2.6.2
GOLANGCI_LINT := bin/golangci-lint-$(GOLANGCI_LINT_VERSION)

# npm writes this file last, so it stands for a complete fetch of the engine.
ENGINE := warehouse/embedded/node_modules/.package-lock.json

# Where `make demo` keeps the simulated company.
DEMO_DIR ?= .demo

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/weir
	go build -o bin/weir ./cmd/weir

.PHONY: engine
engine: $(ENGINE) ## Fetch the ClickHouse engine (once, about 180 MB)

$(ENGINE): warehouse/embedded/package-lock.json
	npm ci --prefix warehouse/embedded --no-audit --no-fund
	@touch $@

.PHONY: demo
demo: engine build ## Fill .demo with a simulated company and show its keys
	bin/weir demo --data-dir $(DEMO_DIR)

.PHONY: run
run: engine build ## Run weir: make run ARGS="query lead_time --every month"
	bin/weir $(ARGS)

.PHONY: test
test: engine ## Run go vet and every test, with the race detector
	go vet ./...
	go test -race -timeout 30m ./...

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Run the linters and check the formatting
	$(GOLANGCI_LINT) run ./...

.PHONY: fmt
fmt: $(GOLANGCI_LINT) ## Format the code
	$(GOLANGCI_LINT) fmt ./...

# The version stands in the file's name, so that a newer pin installs itself.
$(GOLANGCI_LINT):
	GOBIN="$(CURDIR)/bin" go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv bin/golangci-lint $@

.PHONY: bench
bench: engine ## Run the benchmarks: rows a second, and ratios to the bare scan
	go test -run '^$$' -bench . -benchtime $(or $(BENCHTIME),3x) -timeout 60m ./...

.PHONY: clean
clean: ## Remove what was built and the demo's data; the fetched engine stays
	rm -rf bin $(DEMO_DIR)
