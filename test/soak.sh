#!/usr/bin/env bash
# Long repeats: each round has other values, twenty times as many, and races and faults once more. `npm run soak`, or with a number of rounds.
set -euo pipefail
if [[ ! ${1:-10} =~ ^[0-9]+$ ]]; then
  echo "usage: npm run soak [-- ROUNDS]; takes hours" >&2
  exit 2
fi
cd "$(dirname "$0")/.."
for round in $(seq "${1:-10}"); do
  echo "round $round"
  SEED=$round RUNS=20 npx jest --testTimeout 3600000 --testPathPatterns \
    'test/bad-input|fleet/taken-files|hostile-output|review/ours|properties|grammar|false-alarms|streams|key-generator/|test/invariants|import-key|credentials/restore|e2e/faults|e2e/interruptions|e2e/moves|e2e/environments'
done
