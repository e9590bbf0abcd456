# Feltsjekk. The words here are those of docs/interfaces.md; the two that a newcomer needs are `make run` and `make test`.
SHELL   := bash
.SHELLFLAGS := -eu -o pipefail -c
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -X main.version=$(VERSION)
BUILD   := -trimpath -buildvcs=false -ldflags "$(LDFLAGS)"
export LANG := en_US.UTF-8

.PHONY: run test check golden bench faults fuzz app linux office clean

run:
	VERSION='$(VERSION)' scripts/run.sh

test:
	scripts/setup.sh test
	CGO_ENABLED=0 go test -tags ci,mobile -timeout 40m ./internal/ui/... ./cmd/fieldapp/...
	CGO_ENABLED=0 go test -tags ci -timeout 40m ./...

check: .tools/golangci-lint
	scripts/setup.sh check
	@out=$$(.tools/gofumpt -l $$(git ls-files '*.go')); [ -z "$$out" ] || { echo "not gofumpt'd:"; echo "$$out"; exit 1; }
	CGO_ENABLED=0 go vet -tags ci ./...
	CGO_ENABLED=0 go vet -tags ci,window ./internal/ui
	.tools/golangci-lint run --allow-parallel-runners
	CGO_ENABLED=0 .tools/staticcheck -tags ci ./...
	scripts/rule-holds.sh

.tools/golangci-lint: tools/go.mod tools/go.sum
	mkdir -p .tools
	cd tools && CGO_ENABLED=0 go build -o ../.tools/ mvdan.cc/gofumpt honnef.co/go/tools/cmd/staticcheck github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	touch $@

golden:
	CGO_ENABLED=0 go test -tags ci ./internal/ui -run Golden -update

bench:
	scripts/bench.sh

# The long way to break things: 200 kills of inspect, the same for serve and sync, for the screens, and while files come and go.
faults:
	scripts/setup.sh test
	CGO_ENABLED=0 go test -tags ci ./internal/ui -run 'Kill' -count=1 -v -timeout 60m -kills 200
	CGO_ENABLED=0 go test -tags ci ./internal/e2e -run 'Kill' -count=1 -v -timeout 60m -kills 200

# Ten minutes for every parser; the corpus stays beside the tests.
fuzz:
	scripts/fuzz.sh

app:
	scripts/setup.sh screen
	mkdir -p dist
	go build -tags migrated_fynedo $(BUILD) -o dist/fieldapp ./cmd/fieldapp

linux: app office

office:
	mkdir -p dist
	CGO_ENABLED=0 go build $(BUILD) -o dist/fieldoffice ./cmd/fieldoffice
	CGO_ENABLED=0 go build $(BUILD) -o dist/fieldsim ./cmd/fieldsim

clean:
	rm -rf dist .tools
