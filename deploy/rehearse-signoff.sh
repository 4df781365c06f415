#!/bin/sh
# The whole way to a decision on the embedded platform, as a user would go it; the pages go to docs/examples/. Half an hour
# a setup on a machine that does nothing else. What has fresh evidence already isn't run again, so a rehearsal that was
# cut short goes on where it was. The persons who answer are made up: what they say is kept with the results, never in
# attestations.jsonl.
#
#   SETUP=free|recommended|both   free comes first: it is what the other is held against (both)
#   PROFILE=standard              smoke tries the way itself in minutes, and proves nothing
#   BASELINE=3                    so many runs of chat as a baseline, to compare its evidence with; at least 3 (none)
#   CAPACITY='--budget 20'        search for the capacity of chat, with these options (no search)
#   PAGES=docs/examples           where the pages go
set -eu
cd "$(dirname "$0")/.."

setups=${SETUP:-both}
[ "$setups" = both ] && setups='free recommended'
profile=${PROFILE:-standard}
pages=${PAGES:-docs/examples}
baselines=results/rehearsal-baselines
# launchgate reads settings of these names, too.
unset SETUP PROFILE
mkdir -p "$pages" "$baselines" results

ledger() { echo "results/rehearsal-$1.jsonl"; }

# Ids of the lines in the states that the expression of `line` picks.
lines() {
  ./launchgate checklist --setup "$1" --baselines "$baselines" --ledger "$(ledger "$1")" --json |
    node -e '
      const { lines } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
      const picks = new Function("line", `return ${process.argv[1]}`);
      console.log(lines.filter(picks).map(({ id }) => id).join(" "));' "$2"
}

# Looks which lines have no evidence that counts, whatever it would say.
look() {
  open=$(lines "$1" "['not measured', 'stale', 'invalid'].includes(line.state)")
}

lacks() {
  case " $open " in *" $1 "*) ;; *) return 1 ;; esac
}

# Whatever comes of a step, the next one is taken; but Ctrl-C ends the rehearsal.
step() {
  echo "--- $*"
  code=0
  ./launchgate "$@" || code=$?
  [ "$code" -ne 130 ] || exit 130
}

decide() {
  step signoff --setup "$1" --baselines "$baselines" --ledger "$(ledger "$1")"
  newest=$(ls -d results/signoff/*/ | tail -n 1)
  cp "$newest/signoff.html" "$pages/signoff-$2.html"
  cp "$newest/signoff.md" "$pages/signoff-$2.md"
}

for setup in $setups; do
  look "$setup"
  if [ -n "${BASELINE:-}" ] && lacks tests.baseline; then
    step run chat --setup "$setup" --profile "$profile" --repeat "$BASELINE"
    step baseline save chat --baselines "$baselines"
  fi
  if [ -n "${BASELINE:-}" ] && lacks validation.compared; then
    step run chat --setup "$setup" --profile "$profile"
    step compare chat --baselines "$baselines"
    look "$setup"
  fi
  for test in quick chat video auth database rate-limits mixed; do
    line=tests.$test
    [ "$test" = mixed ] && line=launch.staging
    if lacks "$line"; then step run "$test" --setup "$setup" --profile "$profile"; fi
  done
  if lacks database.tier; then step audit --setup "$setup"; fi
  # A run that failed has already said that it carries fewer; how many is another question.
  if [ -n "${CAPACITY:-}" ] && [ -n "$(lines "$setup" "line.id === 'costs.$setup' && line.state !== 'passed'")" ]; then
    # shellcheck disable=SC2086 # options
    step capacity chat --setup "$setup" $CAPACITY
  fi

  rm -f "$(ledger "$setup")"
  decide "$setup" "$setup"
  [ "$setup" = recommended ] || continue
  asked=$(lines "$setup" "line.state === 'waiting for a person' && line.severity === 'must' && line.due === 'before' &&
    line.next.endsWith(' ' + line.id)")
  # shellcheck disable=SC2086 # one word an id
  step attest $asked --setup "$setup" --baselines "$baselines" --ledger "$(ledger "$setup")" --by 'Ada Example' --note 'rehearsal'
  decide "$setup" "$setup-attested"
done
