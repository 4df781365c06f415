#!/bin/sh
# The whole way to a decision on the embedded platform, as a user would go it, for both setups; the pages go to
# docs/examples/. Two hours on a machine that does nothing else. The persons who answer are made up, so what they say is
# kept with the results, never in attestations.jsonl.
set -eu
cd "$(dirname "$0")/.."
pages=docs/examples
mkdir -p "$pages"

# A page is what is wanted, whatever it says.
decide() {
  ./launchgate signoff --setup "$1" --ledger "$2" || true
  newest=$(ls -d results/signoff/*/ | tail -n 1)
  cp "$newest/signoff.html" "$pages/signoff-$3.html"
  cp "$newest/signoff.md" "$pages/signoff-$3.md"
}

for setup in free recommended; do
  ./launchgate all --setup "$setup" || true
  ./launchgate audit --setup "$setup" || true
  ledger=results/rehearsal-$setup.jsonl
  rm -f "$ledger"
  decide "$setup" "$ledger" "$setup"
done

ledger=results/rehearsal-recommended.jsonl
ids=$(./launchgate checklist --setup recommended --ledger "$ledger" --open --json | node -e '
  const { lines } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const asked = lines.filter(({ state, severity, due, id, next }) =>
    state === "waiting for a person" && severity === "must" && due === "before" && next.endsWith(` ${id}`));
  console.log(asked.map(({ id }) => id).join(" "));')
# shellcheck disable=SC2086 # one word an id
./launchgate attest $ids --setup recommended --ledger "$ledger" --by 'Ada Example' --note 'rehearsal'
decide recommended "$ledger" recommended-attested
