# make help lists what there is.
GO ?= go
LINT := bin/golangci-lint

.PHONY: help build check test race lint fuzz sim torture pooler overload bench demo tidy clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

build: ## the program, as bin/daypass
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/daypass ./cmd/daypass

check: lint race fuzz sim ## everything that must be green before a change lands
	@echo "make check: all green"

test: ## the everyday loop: all but what starts and kills many processes
	$(GO) test -short ./...

race: ## all tests under the race detector (gcc and PostgreSQL are installed where they are missing)
	./scripts/need-gcc
	./scripts/need-postgres
	CGO_ENABLED=1 $(GO) test -race -timeout 30m ./...

lint: $(LINT) ## formatting, vet and the linters of .golangci.yml
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt-ed:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(LINT) run ./...

$(LINT): tools/go.mod
	cd tools && $(GO) build -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint

FUZZTIME ?= 10000x
fuzz: ## each fuzz target, FUZZTIME inputs (or a time, such as 1m)
	./scripts/fuzz $(FUZZTIME)

SEEDS ?= 3000
sim: ## the simulated world, SEEDS seeds; a failing seed prints the command that repeats it
	./scripts/need-postgres
	$(GO) test ./sim -run TestWorlds -count 1 -v -seeds $(SEEDS)

DURATION ?= 10m
SEED ?= 0
torture: ## true servers killed and cut off for DURATION (and half as long without PostgreSQL); SEED repeats a plan
	./scripts/need-postgres
	$(GO) test ./sim/torture -run '^TestTorture(Embedded)?$$' -count 1 -v -timeout 0 -duration $(DURATION) -seed $(SEED) $(if $(REPORT),-report $(abspath $(REPORT)))

pooler: ## the suites of the journal and the desk behind PgBouncer (MODE=session, PGBOUNCER=/another/program)
	./scripts/pooler

SPELL ?= 5s
ROUNDS ?= 5
OVERLOAD = -test.run 'TestStorm|TestNoisyNeighbour' -test.v -overload.spell $(SPELL) -overload.rounds $(ROUNDS) -overload.report ../../docs/overload.md
overload: ## what the server does when far too much is asked, into docs/overload.md (twenty minutes of a quiet machine)
	./scripts/need-postgres
	$(GO) test -c -o bin/overload.test ./sim/overload
	cd sim/overload && taskset -c 1 ../../bin/overload.test $(OVERLOAD) -overload.cpus 0
	cd sim/overload && taskset -c 1 ../../bin/overload.test $(OVERLOAD) -overload.cpus 0 -overload.postgres

bench: ## the figures of docs/benchmarks (25 minutes of a quiet machine)
	./scripts/bench

demo: ## a server with a simulated year of use
	$(GO) run ./cmd/daypass demo

tidy: ## go.mod as the code needs it
	$(GO) mod tidy
	$(GO) mod verify

clean:
	rm -rf bin
