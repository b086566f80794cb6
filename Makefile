# `make help` lists the targets. Maven runs on JDK 25, which this file finds by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Looked up when needed, not when the file is read: set-up may install it first.
JDK = JAVA_HOME=$$(e2e/setup/find-jdk)
MVN = $(JDK) mvn --batch-mode --no-transfer-progress
TESTBED = $(JDK) exec e2e/scenarios/target/dist/bin/testbed

# The number of nodes, the pods on each, and the EC2 instance type.
NODES ?= 2
PODS ?= 24
INSTANCE_TYPE ?= m5.large
# make up: more settings of the agent, "K=V K=V".
AGENT_ENV ?=
# make bench: the name of one benchmark, or empty for all.
BENCH ?=
# make images, make release: a private key in PEM that signs the digests and the checksums, or empty.
SIGNING_KEY ?=
# make manifests: where the images are, or a file of values of the chart aws-vpc-cni that says so.
REGISTRY ?= registry.example.com
VALUES ?=
export NODES PODS INSTANCE_TYPE AGENT_ENV BENCH SIGNING_KEY

# make vpc-sim: the file that the cloud is set up from (e2e/vpc-sim/README.md).
SCENE ?= e2e/vpc-sim/examples/two-nodes.yaml

# make sim: the number of seeds, and the first one.
SEEDS ?= 500
FIRST ?= 1

# make fleet: the scenario (docs/fleet.md), and the seed; NODES is the scenario's own unless it is given.
SCENARIO ?= e2e/fleet/examples/ramp.yaml
SEED ?= 1

# make mutation: one class of the pool, or all.
CLASS ?= *

# make fuzz: the time in seconds.
SECONDS ?= 60

.PHONY: help demo up vpc-sim bench test images test-images manifests release sim fleet mutation fuzz clean fmt

help: ## print this list
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## give pods addresses of a simulated VPC and let them ping; NODES=2 PODS=24 INSTANCE_TYPE=m5.large
	@e2e/setup/packages build run && e2e/setup/build && $(TESTBED) demo

up: ## start the same VPC and nodes to play with, until Ctrl-C; NODES= INSTANCE_TYPE= AGENT_ENV="K=V K=V"
	@e2e/setup/packages build run && e2e/setup/build && $(TESTBED) up

vpc-sim: ## start the simulated cloud alone, for any AWS client, until Ctrl-C; SCENE=file
	@e2e/setup/packages build && $(MVN) -q -Dquick -Dspotless.apply.skip=true -DskipTests package -pl e2e/vpc-sim -am && \
	  $(JDK) exec e2e/vpc-sim/target/dist/bin/vpc-sim $(SCENE) target/vpc-sim.env

bench: ## measure speed and size against the kernel's floor; BENCH=cni-add for one of them; tables and target/bench/*.json
	@e2e/setup/packages build run && e2e/setup/build && e2e/setup/caches && e2e/setup/pure-benchmarks "$$BENCH" && $(TESTBED) bench

test: ## run all tests
	@e2e/setup/packages && $(MVN) verify

images: ## write the OCI images of the charts to target/images; needs root and Debian's packages; SIGNING_KEY=file
	@e2e/setup/packages build run images && e2e/setup/build images && images/src/main/dist/build

test-images: images ## run the node agent from the images as containers, roll them while pods ping, and compare two builds
	@e2e/setup/packages build run test images && images/src/test/dist/same-twice && \
	  $(MVN) -q -Dquick -pl e2e/scenarios -am verify -Dtest=None -Dit.test='NodeAgentContainersIT' \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false

manifests: ## render the charts to target/manifests, for clusters without Helm; REGISTRY=place of the images, or VALUES=file
	@e2e/setup/packages build && $(MVN) -q -Dquick -Dspotless.apply.skip=true -DskipTests -Pclasspath -pl charts -am process-test-classes
	@M=charts/target; $(JDK); "$$JAVA_HOME/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
	  -cp "$$M/test-classes:$$(cat $$M/test.classpath)" io.vpccni.charts.Manifests charts target/manifests "$(REGISTRY)" $(VALUES)

release: manifests ## collect what a release consists of in target/release, with checksums; with the images if they have been made
	@e2e/setup/build images && e2e/setup/release target/release

sim: ## run the address pool under faults and crashes in virtual time; SEEDS=500 FIRST=1
	@e2e/setup/packages build && $(MVN) -q -Dquick -DskipTests -Pclasspath -pl ipamd-verticles -am process-test-classes
	@M=ipamd-verticles/target; $(JDK); "$$JAVA_HOME/bin/java" -XX:+UseSerialGC \
	  -cp "$$M/test-classes:$$M/classes:$$(cat $$M/test.classpath)" io.vpccni.ipamd.simulation.SimulationRuns $(SEEDS) $(FIRST)

fleet: FLEET_NODES = $(if $(filter file,$(origin NODES)),0,$(NODES))
fleet: ## run the agents of a whole cluster against one EC2 account in virtual time; NODES= SCENARIO=file SEED=1; target/fleet.json
	@e2e/setup/packages build && $(MVN) -q -Dquick -Dspotless.apply.skip=true -DskipTests -Pclasspath -pl e2e/fleet -am process-test-classes && mkdir -p target
	@M=e2e/fleet/target; $(JDK); "$$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx4g \
	  -cp "$$M/classes:$$(cat $$M/test.classpath)" io.vpccni.fleet.Main $(SCENARIO) $(FLEET_NODES) $(SEED) target/fleet.json

mutation: ## change the pool's code in small ways, of which the tests must notice 85 %; CLASS='Sizing*' for one
	@e2e/setup/packages build && $(MVN) -q -Dquick -Pmutation -Dmutation.class='$(CLASS)' -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -pl ipamd-verticles -am process-test-classes

fuzz: ## run the CNI executable with a fuzzer's answers, environments and stdin; SECONDS=60
	@e2e/setup/packages build && $(MAKE) --no-print-directory -s -C cni-binary fuzz SECONDS=$(SECONDS)

fmt: ## format the sources
	@$(MVN) -q spotless:apply

clean: ## remove what the build made
	@$(MVN) -q clean && rm -rf target
