# `make help` lists the targets. Maven runs on JDK 25, which this file finds by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help

JAVA_HOME := $(shell e2e/setup/find-jdk)
export JAVA_HOME
MVN := mvn --batch-mode --no-transfer-progress

.PHONY: help test clean fmt

help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

test: ## all tests
	@$(MVN) verify

fmt: ## format the sources
	@$(MVN) -q spotless:apply

clean: ## remove what the build made
	@$(MVN) -q clean
