# `make help` lists the targets. Maven runs on JDK 25, which this file finds by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Looked up when needed, not when the file is read: set-up may install it first.
JDK = JAVA_HOME=$$(e2e/setup/find-jdk)
MVN = $(JDK) mvn --batch-mode --no-transfer-progress
TESTBED = $(JDK) exec e2e/scenarios/target/dist/bin/testbed

# How many nodes, pods on each, and of which EC2 instance type.
NODES ?= 2
PODS ?= 24
INSTANCE_TYPE ?= m5.large
# make up: more settings of the agent, "K=V K=V".
AGENT_ENV ?=
# make bench: one benchmark by its name, empty for all.
BENCH ?=
export NODES PODS INSTANCE_TYPE AGENT_ENV BENCH

# make vpc-sim: what the cloud is set up with (e2e/vpc-sim/README.md).
SCENE ?= e2e/vpc-sim/examples/two-nodes.yaml

# make sim: how many seeds, and the first one.
SEEDS ?= 500
FIRST ?= 1

# make mutation: one class of the pool, or all.
CLASS ?= *

# make fuzz: how long.
SECONDS ?= 60

.PHONY: help demo up vpc-sim bench test sim mutation fuzz clean fmt

help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## pods get VPC addresses in a simulated VPC, and ping; NODES=2 PODS=24 INSTANCE_TYPE=m5.large
	@e2e/setup/packages build run && e2e/setup/build && $(TESTBED) demo

up: ## the same VPC and nodes to play with, until Ctrl-C; NODES= INSTANCE_TYPE= AGENT_ENV="K=V K=V"
	@e2e/setup/packages build run && e2e/setup/build && $(TESTBED) up

vpc-sim: ## the simulated cloud alone, for any AWS client, until Ctrl-C; SCENE=file
	@e2e/setup/packages build && $(MVN) -q -Dquick -Dspotless.apply.skip=true -DskipTests package -pl e2e/vpc-sim -am && \
	  $(JDK) exec e2e/vpc-sim/target/dist/bin/vpc-sim $(SCENE) target/vpc-sim.env

bench: ## how fast and how big, compared with the kernel's floor; BENCH=cni-add for one of them; tables and target/bench/*.json
	@e2e/setup/packages build run && e2e/setup/build && e2e/setup/caches && e2e/setup/pure-benchmarks "$$BENCH" && $(TESTBED) bench

test: ## all tests
	@e2e/setup/packages && $(MVN) verify

sim: ## the address pool under faults and crashes in virtual time; SEEDS=500 FIRST=1
	@e2e/setup/packages build && $(MVN) -q -Dquick -DskipTests -Pclasspath -pl ipamd-verticles -am process-test-classes
	@M=ipamd-verticles/target; $(JDK); "$$JAVA_HOME/bin/java" -XX:+UseSerialGC \
	  -cp "$$M/test-classes:$$M/classes:$$(cat $$M/test.classpath)" io.vpccni.ipamd.simulation.SimulationRuns $(SEEDS) $(FIRST)

mutation: ## changes the pool's code in small ways: the tests must notice 85 % of them; CLASS='Sizing*' for one
	@e2e/setup/packages build && $(MVN) -q -Dquick -Pmutation -Dmutation.class='$(CLASS)' -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -pl ipamd-verticles -am process-test-classes

fuzz: ## the CNI executable with answers, environments and stdin of a fuzzer; SECONDS=60
	@e2e/setup/packages build && $(MAKE) --no-print-directory -s -C cni-binary fuzz SECONDS=$(SECONDS)

fmt: ## format the sources
	@$(MVN) -q spotless:apply

clean: ## remove what the build made
	@$(MVN) -q clean && rm -rf target
