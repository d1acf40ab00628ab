#!/usr/bin/env bash
# Mutation tests, folder by folder: `npm run mutate`, or with folders. Minutes for each; what did not change since the last time is
# not run again.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- constructs/policies functions keys keys/recogniser signing cli/commands/review cli/commands/review/ours
npm run --silent assets
for folder in "$@"; do
  MUTATE=$folder npx stryker run test/mutation/stryker.config.mjs
done
