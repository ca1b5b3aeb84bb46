# Every target says what it does after two hashes; bare `make` prints them.
GO      ?= go
BIN     := bin/tap-jira
# The newest tag; the commit is put in by the go command.
VERSION := $(shell git describe --tags --dirty 2>/dev/null)
LDFLAGS := -s -w -X tap-jira/internal/cli.version=$(VERSION)

# The linter's version stands in the first line of .golangci.yml and nowhere else.
LINT_VERSION := $(shell sed -n '1s/^\# *//p' .golangci.yml)
LINT         := .cache/tools/golangci-lint-$(LINT_VERSION)

# The release tool, and the last version of it that this Go builds. It takes minutes to install, once.
GORELEASER_VERSION := v2.16.0
GORELEASER         := .cache/tools/goreleaser-$(GORELEASER_VERSION)

.DEFAULT_GOAL := help
.PHONY: help build test race soak cover fuzz golden lint fmt tree check examples demo e2e e2e-airflow e2e-spark bench bench-shards bench-micro bench-compare pgo cross man release-snapshot pictures clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/tap-jira
	CGO_ENABLED=0 $(GO) build -buildvcs=auto -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/tap-jira

demo: ## run the main job without any Jira: stdout is the Singer stream and nothing else
	@$(MAKE) --no-print-directory build >&2
	@$(BIN) demo

test: ## run all tests; needs only Go, and the network only on loopback
	CGO_ENABLED=0 $(GO) test -shuffle=on -timeout 20m ./...

race: ## run all tests but the largest under the race detector; needs a C compiler
	CGO_ENABLED=1 $(GO) test -race -short -timeout 25m -shuffle=on ./...

SEEDS ?= 300
soak: build ## prove by SEEDS (300) histories, 200 kills and deletes among 100,000 issues that nothing is lost; the tests do 20 and 1,500
	CGO_ENABLED=0 $(GO) test -count=1 -timeout 24h -run '^TestHistories$$' ./internal/tap -seeds $(SEEDS)
	CGO_ENABLED=0 $(GO) test -count=1 -timeout 24h -run '^TestGoingOnCostsFewRequests$$' ./internal/tap -resumes 20
	CGO_ENABLED=0 $(GO) test -count=1 -timeout 24h -run '^TestDeletesOnALargeSite$$' ./internal/tap -large 100000
	CGO_ENABLED=0 $(GO) test -count=1 -timeout 24h -run '^TestKills$$' ./internal/cli -kills 200 -tap $(CURDIR)/$(BIN)

cover: ## run all tests with coverage, one line a package
	@mkdir -p .cache
	CGO_ENABLED=0 $(GO) test -shuffle=on -coverpkg=./... -coverprofile=.cache/cover.out ./... >&2
	$(GO) tool cover -func=.cache/cover.out | tail -n 1

FUZZTIME ?= 10s
fuzz: ## run each fuzz target for FUZZTIME (10s)
	@set -e; for pkg in $$($(GO) list ./...); do \
		for name in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$pkg $$name"; $(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

golden: ## write golden and generated files anew; read the diff as you read code
	for pkg in $$(grep -rl 'flag.Bool("update"' --include='*_test.go' internal | xargs -n 1 dirname | sort -u); do \
		$(GO) test -count=1 ./$$pkg -update || exit 1; \
	done

$(LINT):
	@mkdir -p .cache/tools
	GOBIN=$(CURDIR)/.cache/tools $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mv .cache/tools/golangci-lint $@

lint: $(LINT) ## vet and lint, with the linter of the first line of .golangci.yml
	$(GO) vet -tags e2e,spark,airflow ./...
	$(LINT) run ./...

fmt: $(LINT) ## format all Go files
	$(LINT) fmt ./...

check: $(LINT) ## what CI runs: format, vet, lint, other systems, imports, generated files, tests, race; leaves the tree as it was
	@git status --porcelain > .cache/tree-before
	$(LINT) fmt --diff ./...
	$(MAKE) --no-print-directory lint
	$(MAKE) --no-print-directory cross
	$(MAKE) --no-print-directory test
	$(MAKE) --no-print-directory race
	$(MAKE) --no-print-directory examples
	@git status --porcelain | diff .cache/tree-before - || { echo 'make check changed the tree: see above' >&2; exit 1; }

examples: ## check the recipes with the programs that they are for; needs the Go module proxy
	cd examples && CGO_ENABLED=0 $(GO) vet ./... && CGO_ENABLED=0 $(GO) test ./...

e2e: build ## pipe the built binary into real targets and a real PostgreSQL, and compare the rows with the truth
	CGO_ENABLED=0 $(GO) test -tags e2e -count=1 -timeout 20m -v ./internal/e2e

e2e-airflow: build ## run the DAG of examples/airflow with a real Airflow; not part of CI
	CGO_ENABLED=0 $(GO) test -tags e2e,airflow -count=1 -timeout 20m -v -run TestAirflow ./internal/e2e

e2e-spark: build ## load a simulated site by Apache Spark, a task a shard, and compare the tables; needs Java 17
	CGO_ENABLED=0 $(GO) test -tags 'e2e spark' -count=1 -timeout 30m -v -run '^TestSpark' ./internal/e2e

BENCH ?=
bench: build ## measure the tap beside the floor and singer-io's tap on one simulated site; BENCH=-issues=2000 and the like
	@mkdir -p .cache/bench
	$(GO) run ./internal/bench -singer-io .cache/bench/singer-io -out testdata/bench/cloud.md $(BENCH)

bench-shards: build ## measure four shards beside one process, with and without a limit on requests
	$(GO) run ./internal/bench shards -out testdata/bench/shards.md $(BENCH)

pgo: ## measure anew where the tap spends its time; the compiler makes that faster by cmd/tap-jira/default.pgo
	@rm -rf .cache/pgo
	$(GO) run ./internal/bench profiles -out .cache/pgo
	$(GO) tool pprof -proto .cache/pgo/*.pprof > .cache/pgo/merged
	mv .cache/pgo/merged cmd/tap-jira/default.pgo

cross: ## compile for the systems that this one is not; the tests run only here
	GOOS=windows CGO_ENABLED=0 $(GO) build -pgo=off ./...
	GOOS=darwin CGO_ENABLED=0 $(GO) build -pgo=off ./...

man: build ## write man pages and completion scripts into .cache/docs
	$(BIN) docs .cache/docs

$(GORELEASER):
	@mkdir -p .cache/tools
	GOBIN=$(CURDIR)/.cache/tools $(GO) install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)
	@mv .cache/tools/goreleaser $@

release-snapshot: $(GORELEASER) ## make the packages of a release in dist/, and publish nothing
	$(GORELEASER) release --snapshot --clean --skip=docker,publish,sign

pictures: build ## make the README's pictures anew; needs tmux, asciinema and svg-term
	testdata/pictures/make.sh

MICRO = CGO_ENABLED=0 $(GO) test -run '^$$' -bench . -benchmem -benchtime 300ms -count 6 ./internal/jsonread ./internal/shape ./internal/jira
bench-micro: ## write the baseline of the hot path's micro-benchmarks, with the allocations a page
	$(MICRO) > testdata/bench/micro.txt

bench-compare: ## compare the hot path with that baseline, by benchstat
	@mkdir -p .cache/bench .cache/tools
	@test -x .cache/tools/benchstat || GOBIN=$(CURDIR)/.cache/tools $(GO) install golang.org/x/perf/cmd/benchstat@latest
	$(MICRO) > .cache/bench/micro.txt
	.cache/tools/benchstat testdata/bench/micro.txt .cache/bench/micro.txt

clean: ## remove what make made
	rm -rf bin dist .cache
