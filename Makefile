# What people type. Everything here is a short form of ./launchgate or of a tool in package.json.
# Settings are passed on as they are: `make chat-test PROFILE=smoke BASE_URL=https://staging.example.com`.

.DEFAULT_GOAL := help
TESTS := quick chat video auth database rate-limits mixed spike soak contract
RELEASE := audit checklist signoff
.PHONY: help install build $(TESTS:%=%-test) all-tests list monitor test check-long ci-rehearsal scale-check diagnose-check capacity-check setup-figures faults faults-home faults-guard bench lint types k6-version env-example alerts observe clean $(RELEASE) weekly biweekly monthly quarterly examples

MODULES := node_modules/.package-lock.json

help: ## This list
	@echo 'launchgate: is the platform ready for 1,000 users at once?'
	@echo
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*%?:.*## / { sub(/%/, "<test>", $$1); printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  With a test: PROFILE=smoke|gate|standard|full  BASE_URL=…  SETUP=free|recommended  USERS=…  PACE=…  ARGS="…"'
	@echo '  Every setting: ./launchgate settings. Every command: ./launchgate --help'

install: ## Put node modules and k6 in place, where they are missing
	@./launchgate k6 --install

$(MODULES): package-lock.json
	@echo 'Installing node modules …'
	@npm ci --silent --no-audit --no-fund

build: $(MODULES) ## Build the k6 tests and the programs into dist/
	@node esbuild.config.mjs

$(TESTS:%=%-test): %-test: install
	@./launchgate run $* $(ARGS)

chat-test: ## Run a test and judge it; the others: quick, video, auth, database, rate-limits, mixed, spike, soak

contract-test: ## Look at every route once: all deviations from the documented contract, no load

all-tests: install ## Every test in turn, one table at the end; ARGS=--soak for soak too
	@./launchgate all $(ARGS)

observe: install ## Run TEST (chat) under a local Prometheus with the alerts, until Ctrl-C; ARGS=--once ends with it
	@./launchgate observe $(TEST) $(ARGS)

archive-%: install ## Put a test into one file that k6 runs anywhere, e.g. archive-chat BASE_URL=…
	@./launchgate archive $* $(ARGS)

cloud-%: install ## Run a test on k6 Cloud (K6_CLOUD_TOKEN, K6_CLOUD_PROJECT_ID), e.g. cloud-chat ARGS=--local
	@./launchgate cloud $* $(ARGS)

monitor: $(MODULES) ## Watch the server live; after a deployment ARGS="--for 1h --out watch.md"
	@./launchgate monitor $(ARGS)

list: ## List the tests and their profiles
	@./launchgate list

test: $(MODULES) ## Lint, types and all tests; the last line says how many passed
	@rm -rf dist/test
	@node esbuild.config.mjs k6 node test >/dev/null || { echo 'The build failed, see above.'; echo '0 passed, 1 failed'; exit 1; }
	@./launchgate k6 --install >/dev/null || echo 'No k6: the tests that need it will fail.'
	@$(NODE_TEST) $$(find dist/test -name '*.test.mjs' ! -name '*.long.test.mjs' | sort)

check-long: $(MODULES) ## The tests that take many minutes: statistics, long runs, properties over many more cases
	@rm -rf dist/test
	@node esbuild.config.mjs k6 node test >/dev/null
	@./launchgate k6 --install
	@PROPERTY_TIMES=20 $(NODE_TEST) $$(find dist/test -name '*.long.test.mjs' -o -name '*.properties.test.mjs' | sort)

# The person's own .env.test must not decide what the tests see; all of them use the k6 that a run would use.
NODE_TEST = LAUNCHGATE_ENV_FILE=/dev/null LAUNCHGATE_K6="$$(./launchgate k6 --path)" node --enable-source-maps --test --test-concurrency=2 \
  --test-reporter=./dist/test/reporter.mjs --test-reporter-destination=stdout

audit: install ## Look the platform over: what is wrong, why, the fix, its cost
	@./launchgate audit $(ARGS)

checklist: install ## How every line of the launch checklist stands
	@./launchgate checklist $(ARGS)

signoff: install ## Go or no go: decides by the evidence, and writes the page
	@./launchgate signoff $(ARGS)

weekly: install ## Upkeep, see docs/maintenance.md: the quick test
	@./launchgate run quick
	@./launchgate checklist --open

biweekly: install ## Every load test
	@./launchgate all

monthly: install ## The audit, and a fresh baseline of chat
	@./launchgate audit || true
	@./launchgate run chat --profile gate --repeat 5
	@./launchgate baseline save chat

quarterly: install ## Hours of normal load, how many users are carried, what the next dollar buys
	@./launchgate run soak
	@./launchgate capacity chat
	@./launchgate plan || true
	@./launchgate checklist

examples: install ## Rehearse the sign-off, half an hour for each SETUP=free|recommended|both: docs/examples/
	@deploy/rehearse-signoff.sh

ci-rehearsal: install ## What GitHub's jobs would do, run here: ARGS="pull-request --job chat setup=free"
	@node esbuild.config.mjs test >/dev/null
	@node --enable-source-maps dist/test/ci/rehearse.mjs $(ARGS)

scale-check: install ## What users cost k6 here, from 100 to 5,000: minutes, on a quiet machine; ARGS=--write keeps it
	@node esbuild.config.mjs k6 node test >/dev/null
	@LAUNCHGATE_K6="$$(./launchgate k6 --path)" node --enable-source-maps dist/test/scale/scale-check.mjs $(ARGS)

diagnose-check: install ## How often the diagnosis is right: 69 runs, an hour of load; ARGS=--write keeps it
	@node esbuild.config.mjs test >/dev/null
	@LAUNCHGATE_K6="$$(./launchgate k6 --path)" node --enable-source-maps dist/test/evidence/diagnose-check.mjs $(ARGS)

capacity-check: install ## How far the capacity search is off, on targets of known capacity; ARGS=--write keeps it
	@node esbuild.config.mjs k6 node test >/dev/null
	@LAUNCHGATE_K6="$$(./launchgate k6 --path)" node --enable-source-maps dist/test/evidence/capacity-check.mjs $(ARGS)

setup-figures: $(MODULES) ## What the setups of costs.json carry, from the searches that were kept; ARGS=--write keeps it
	@node esbuild.config.mjs test >/dev/null
	@node --enable-source-maps dist/test/evidence/setup-figures.mjs $(ARGS)

faults: install ## What a run makes of a target that breaks in every way, through a proxy: half an hour; ARGS=--write keeps it
	@node esbuild.config.mjs test >/dev/null
	@LAUNCHGATE_K6="$$(./launchgate k6 --path)" node --enable-source-maps dist/test/faults/fault-check.mjs $(ARGS)

faults-guard: install ## Try to lead load elsewhere, to find secrets, to harm readers: minutes; ARGS=--write keeps it
	@node esbuild.config.mjs k6 node test >/dev/null
	@LAUNCHGATE_K6="$$(./launchgate k6 --path)" node --enable-source-maps dist/test/guard/guard-check.mjs $(ARGS)

faults-home: install ## Break launchgate's own home: kills, full disks, no files, odd clocks; ARGS=--write keeps it
	@node esbuild.config.mjs k6 node test >/dev/null
	@LAUNCHGATE_K6="$$(./launchgate k6 --path)" node --enable-source-maps dist/test/home/faults-home.mjs $(ARGS)

bench: install ## What launchgate costs beside a hand-written k6 script; ARGS=--artillery: and Artillery; ARGS=--write keeps it
	@node esbuild.config.mjs k6 test >/dev/null
	@node --enable-source-maps dist/test/bench/bench.mjs $(ARGS)

lint: $(MODULES) ## Lint and formatting
	@npx biome check .

types: $(MODULES) ## Type check of both halves
	@npm run --silent types

k6-version: ## Which k6 is used, and where it comes from
	@./launchgate k6

env-example: ## Write .env.example from the settings table
	@./launchgate settings --example >.env.example

alerts: ## Write deploy/prometheus/alerts.yml and Grafana's dashboards from src/thresholds.ts
	@./launchgate alerts --out deploy

clean: ## Remove what was built; results and tools stay
	@rm -rf dist .cache
