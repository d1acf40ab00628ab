import { ACTIONS } from "./actions";
import type { Settings } from "./settings";

/** GitHub Actions: plan and review a pull request; plan, review and, after approval, apply main. */
export const workflow = (settings: Settings) => `\
# Plans what a pull request touches, reviews the plans and says in a comment what they change. Plans
# all of main, has it reviewed again, and applies it after approval. README.md says what to set up.
name: API users

on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

concurrency: # a pull request's newest commit only; each commit of main
  group: api-users-\${{ github.event.pull_request.number || github.run_id }}
  cancel-in-progress: true

env:
  NPM_CONFIG_IGNORE_SCRIPTS: "true" # installing a package runs none of its code
  TF_IN_AUTOMATION: "true"

jobs:
  # Runs what the pull request says. So it may only read: this repository, AWS, the states.
  plan:
    # A fork's pull request gets no credentials: whoever opens one could print them.
    if: >-
      github.event_name == 'push' ||
      github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read
      id-token: write # the role that plans, by OIDC: no long-lived key
    steps:
${synthesis(settings, "PLAN_ROLE_ARN", TOUCHED)}\
      - name: Plan these stacks
        run: |
          set -euo pipefail
          while IFS= read -r stack <&3; do
            folder="cdktf.out/stacks/$stack"
            terraform -chdir="$folder" init -input=false
            terraform -chdir="$folder" plan -input=false -lock=false -out=plan.tfplan
            terraform -chdir="$folder" show -json plan.tfplan > "$RUNNER_TEMP/judged/plans/$stack.json"
          done 3< "$RUNNER_TEMP/stacks"
      - uses: ${ACTIONS.UPLOAD}
        with:
          name: plans
          path: \${{ runner.temp }}/judged
          if-no-files-found: error
          retention-days: 7

  # Judges the plans and comments. It checks nothing out, has no role, and runs one version of the
  # package, whatever package.json says. Make it a required status check: without plans it fails.
  review:
    if: \${{ !cancelled() }}
    needs: plan
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      pull-requests: write # the comment
    steps:
      - name: There are plans
        env:
          PLAN: \${{ needs.plan.result }}
        run: test "$PLAN" = success
${NODE}\
${judge(settings)}\
      - uses: ${ACTIONS.DOWNLOAD}
        with:
          name: plans
          path: judged
      - name: The artifact holds plans, what affected says, and nothing else
        run: |
          set -euo pipefail
          mkdir -p judged/plans
          test -z "$(find judged -mindepth 1 ! \\( -path judged/plans -type d \\) ! \\( -path 'judged/plans/*.json' -type f \\) ! \\( -path judged/affected.json -type f \\) -print -quit)"
      - name: Review the plans
        env:
          EVENT: \${{ github.event_name }}
        run: |
          set -euo pipefail
          shopt -s nullglob # a pull request may touch no stack
          touched=()
          if [ "$EVENT" = pull_request ]; then touched=(--affected judged/affected.json); fi
          "$JUDGE" review judged/plans/*.json "\${touched[@]}" > review.md
          cat review.md >> "$GITHUB_STEP_SUMMARY"
      - name: Post the review
        if: \${{ !cancelled() && github.event_name == 'pull_request' }}
        env:
          GH_TOKEN: \${{ github.token }}
          PR: \${{ github.event.pull_request.number }}
          REPO: \${{ github.repository }}
        run: |
          set -euo pipefail
          test -s review.md || echo "**API users**: the review did not run; see the job's log." > review.md
          gh pr comment "$PR" --repo "$REPO" --body-file review.md --edit-last --create-if-none
      - name: Look for private keys
        run: |
          set -euo pipefail
          "$JUDGE" audit judged
      # On main, the approval of the environment is the gate.
      - name: Nothing is destroyed or weakened
        if: github.event_name == 'pull_request'
        run: |
          set -euo pipefail
          shopt -s nullglob
          "$JUDGE" review judged/plans/*.json --affected judged/affected.json \\
            --fail-on destroy,weakened > /dev/null

  # Waits for the reviewers of the environment api-users, who read the review in the run's summary.
  # Plans again, as the role that applies, and stops if that is not what they approved.
  apply:
    if: github.event_name == 'push'
    needs: review
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    environment: api-users
    concurrency:
      group: api-users-apply
      cancel-in-progress: false
    permissions:
      contents: read
      id-token: write # the role that applies: a deployer of workspace.yaml
    steps:
${synthesis(settings, "APPLY_ROLE_ARN")}\
${judge(settings)}\
      - uses: ${ACTIONS.DOWNLOAD}
        with:
          name: plans
          path: \${{ runner.temp }}/approved
      - name: Apply every stack
        run: |
          set -euo pipefail
          # Another plan among the approved ones could make one of these look like a move.
          sed 's/$/.json/' "$RUNNER_TEMP/stacks" | sort > "$RUNNER_TEMP/expected"
          if ! ls "$RUNNER_TEMP/approved/plans" | sort | cmp -s - "$RUNNER_TEMP/expected"; then
            echo "the approved plans are not those of the stacks" >&2
            exit 1
          fi
          while IFS= read -r stack <&3; do
            folder="cdktf.out/stacks/$stack"
            terraform -chdir="$folder" init -input=false
            terraform -chdir="$folder" plan -input=false -out=plan.tfplan
            terraform -chdir="$folder" show -json plan.tfplan > "$RUNNER_TEMP/judged/plans/$stack.json"
            "$JUDGE" review "$RUNNER_TEMP/judged/plans/$stack.json" \\
              --approved "$RUNNER_TEMP/approved/plans/$stack.json" >> "$GITHUB_STEP_SUMMARY"
            terraform -chdir="$folder" apply -input=false plan.tfplan
          done 3< "$RUNNER_TEMP/stacks"
`;

/** What both jobs that run Terraform begin with: the stacks' names in $RUNNER_TEMP/stacks, a folder for plans, a role. */
const synthesis = ({ region }: Settings, role: string, touched = { depth: "", step: "" }) => `\
      - uses: ${ACTIONS.CHECKOUT}
        with:
          persist-credentials: false
${touched.depth}\
${NODE}\
      - uses: ${ACTIONS.SETUP_TERRAFORM}
        with:
          terraform_version: 1.11.4
          terraform_wrapper: false
      - run: npm ci
      # Terraform would run whatever else lies in a stack's folder, even if it came from Git.
      - name: Synthesize
        run: |
          set -euo pipefail
          rm -rf cdktf.out
          npx --no-install cdktf-ledger-api-user synth > "$RUNNER_TEMP/stacks"
          mkdir -p "$RUNNER_TEMP/judged/plans"
${touched.step}\
      - name: Refuse states on this machine, which are lost with it
        run: |
          set -euo pipefail
          while IFS= read -r stack <&3; do
            jq -e '.terraform.backend.local == null' "cdktf.out/stacks/$stack/cdk.tf.json" > /dev/null || {
              echo "::error::the state of $stack would be lost; name a backend in workspace.yaml"
              exit 1
            }
          done 3< "$RUNNER_TEMP/stacks"
      - uses: ${ACTIONS.AWS_CREDENTIALS}
        with:
          role-to-assume: \${{ vars.${role} }}
          aws-region: ${region.value} # for these credentials only: the stacks name theirs
`;

/** A pull request is checked out as it would be merged: the parent of that commit is main. */
const TOUCHED = {
  depth: `\
          fetch-depth: 0 # affected looks for the users of earlier commits
`,
  step: `\
      # Fails if a user or a stack would be left behind. Main is planned whole: what an earlier commit
      # changed may still wait for approval.
      - name: Find the stacks that the pull request touches
        if: github.event_name == 'pull_request'
        run: |
          set -euo pipefail
          npx --no-install cdktf-ledger-api-user affected --base HEAD^1 --json \\
            > "$RUNNER_TEMP/judged/affected.json"
          jq -r '.stacks[].name' "$RUNNER_TEMP/judged/affected.json" > "$RUNNER_TEMP/stacks"
`,
};

/** No cache: a pull request's run could have filled it. */
const NODE = `\
      - uses: ${ACTIONS.SETUP_NODE}
        with:
          node-version: 22
          package-manager-cache: false
`;

/** Installed from the registry beside the checkout, so that no file of the repository decides what it is. */
const judge = ({ version }: Settings) => `\
      - name: Install the judge
        env:
          NPM_CONFIG_IGNORE_SCRIPTS: "true"
          NPM_CONFIG_OMIT: peer # what only synth needs
        run: |
          set -euo pipefail
          judge="$RUNNER_TEMP/judge"
          mkdir "$judge"
          npm install --prefix "$judge" --no-audit --no-fund cdktf-ledger-api-user@${version}
          echo "JUDGE=$judge/node_modules/.bin/cdktf-ledger-api-user" >> "$GITHUB_ENV"
`;
