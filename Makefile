# The words of this project. `make` alone prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Two jobs are the default of a small machine; `make build JOBS=8` on a big one.
JOBS ?= $(shell nproc)
SWIFT ?= swift
BIN := .build/release

.PHONY: help setup build run story doctor test unit database e2e check tsan bench features format schema doc check-api check-api-long check-deploy check-standin clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the Debian packages that are missing (asks nothing)
	@tools/setup

build: setup ## build every program, optimised
	$(SWIFT) build -c release -j $(JOBS)

run: build ## start everything for a look: PostgreSQL, API, workers, Stripe stand-in
	@exec $(BIN)/tollgate up

story: ## with `make run` going elsewhere: the whole story, step by step, with the Stripe calls it causes
	@exec python3 tools/story/story.py

doctor: ## with `make run` going elsewhere: is everything as it should be?
	@exec $(BIN)/tollgate doctor

test: setup ## all tests: form, unit, database, end to end, crash, the contract, Stripe's own SDK against the stand-in
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests sql
	$(SWIFT) build --build-tests -j $(JOBS)
	@rm -f .build/answers.jsonl
	@TOLLGATE_ANSWERS=$(CURDIR)/.build/answers.jsonl tools/run-tests unit database features e2e
	@tools/check-standin .build/debug/stripe-stand-in
	@tools/check-api .build/debug
	@.tollgate/schemathesis/bin/python tools/check-answers .build/answers.jsonl
	@python3 tools/features/features.py >.build/features.txt; status=$$?; tail -n 3 .build/features.txt; exit $$status

unit: setup ## unit tests only (no network, no database)
	@tools/run-tests unit

database: setup ## tests against a private PostgreSQL
	@tools/run-tests database

e2e: setup ## the real programs together, and the crash test
	@tools/run-tests e2e

check: setup ## formatting, build, unit tests: what to run before a commit
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests sql
	$(SWIFT) build --build-tests -j $(JOBS)
	@tools/run-tests unit

tsan: setup ## unit and database tests under ThreadSanitizer
	@tools/run-tests --sanitize=thread unit database

bench: ## one JSON line per figure, each beside its limit (installs wrk and curl too)
	@tools/setup wrk curl
	$(SWIFT) build -c release -j $(JOBS)
	@exec tools/bench

format: ## rewrite the sources the way .swift-format says
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests sql

schema: build ## rewrite sql/schema.sql from the migrations
	@exec tools/dump-schema

features: setup ## every row the product has to fulfil, with its tests and their results
	@tools/run-tests unit database features e2e >.build/features.log 2>&1 || { grep -E "✘|error:" .build/features.log | head -40; }
	@exec python3 tools/features/features.py

check-deploy: ## read docker-compose.yml and the Dockerfile and hold them against the code
	@tools/check-deploy

check-standin: build ## the official Python SDK against the stand-in
	@exec tools/check-standin

check-api: ## the contract against the running API, by Schemathesis (programs of `make test`'s build)
	@tools/check-api .build/debug

check-api-long: ## the same with thirty times the requests, and operations in a row: an hour, or MINUTES=15
	@tools/check-api --long $(MINUTES) .build/debug

doc: ## where to read what
	@sed -n '/^## Where to read what/,/^## /p' README.md | sed '$$d'

clean: ## remove the build; the data under .tollgate stays
	rm -rf .build
