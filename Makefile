# The two commands are "make run" and "make test". CONTRIBUTING.md has the rest.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# npm asks nothing and tells nothing: an install is the lockfile, no more.
export npm_config_audit := false
export npm_config_fund := false
export npm_config_progress := false
export npm_config_update_notifier := false

ARGS ?=
FUZZTIME ?= 10s

packages := web/node_modules/.package-lock.json
contract := internal/api/testdata/openapi.json
types := web/src/lib/api.d.ts
web := bin/.web
# Folders too: their time changes when a file is gone.
web_sources := $(shell find web/src web/public) $(wildcard web/*.html web/*.ts web/*.js web/tsconfig*.json)

.PHONY: help
help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## build what changed and serve on http://127.0.0.1:8484 (ARGS='--help' for flags)
	@exec bin/neuralrepo serve $(ARGS)

.PHONY: build
build: $(web) ## build the program, web app included, as bin/neuralrepo
	go build -trimpath -o bin/neuralrepo ./cmd/neuralrepo

.PHONY: web
web: $(web) ## build the web app into web/dist, which is committed

.PHONY: npm
npm: $(packages)

.PHONY: check
check: ## the everyday loop: what make test runs, without lint, race, build and browser
	@go build -o bin/runtests ./scripts/runtests && exec bin/runtests -quick

.PHONY: test
test: ## run everything; SKIP=postgres,browser leaves parts out and says so
	@go build -o bin/runtests ./scripts/runtests && exec bin/runtests

.PHONY: bench
bench: ## measure, and print a table
	@go run ./bench $(ARGS)

.PHONY: eval
eval: ## have the agent do a set of tasks; ARGS='-base-url URL' with a real model
	@go run ./eval $(ARGS)

.PHONY: eval-local
eval-local: ## the same with a very small model that is fetched once
	@eval/local/run $(ARGS)

.PHONY: fuzz
fuzz: ## fuzz every target for FUZZTIME (10s)
	@scripts/fuzz $(FUZZTIME)

.PHONY: clean
clean: ## remove what was built and installed here, but not web/dist and no data
	rm -rf bin web/node_modules web/test-results web/playwright-report

$(packages): web/package.json web/package-lock.json
	cd web && npm ci
	touch $@

$(types): $(contract) $(packages)
	cd web && npm run --silent api
	touch $@

$(web): $(types) $(web_sources) $(packages)
	cd web && npm run --silent build
	mkdir -p bin
	touch $@
