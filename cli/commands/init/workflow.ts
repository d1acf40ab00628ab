import type { Settings } from "./settings";

/** Actions by the commits of their releases: a tag can be moved to other code. */
const CHECKOUT = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2";
const SETUP_NODE = "actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0";
const SETUP_TERRAFORM = "hashicorp/setup-terraform@b9cd54a3c349d3f38e8881555d616ced269862dd # v3.1.2";
const AWS_CREDENTIALS =
  "aws-actions/configure-aws-credentials@b47578312673ae6fa5b5096b330d9fbac3d116df # v4.2.1";
const UPLOAD = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2";
const DOWNLOAD = "actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0";

/** What both jobs that run Terraform begin with. */
const synthesis = ({ region }: Settings, role: string) => `\
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
      - uses: ${SETUP_NODE}
        with:
          node-version: 22
      - uses: ${SETUP_TERRAFORM}
        with:
          terraform_version: 1.11.4
          terraform_wrapper: false
      - run: npm ci
      - name: Synthesize
        run: npx --no-install cdktf-ledger-api-user synth > stacks
      - name: Refuse states on this machine, which are lost with it
        run: |
          for stack in $(cat stacks); do
            jq -e '.terraform.backend.local == null' "cdktf.out/stacks/$stack/cdk.tf.json" > /dev/null || {
              echo "::error::the state of $stack would be lost; name a backend in workspace.yaml"
              exit 1
            }
          done
      - uses: ${AWS_CREDENTIALS}
        with:
          role-to-assume: \${{ vars.${role} }}
          aws-region: ${region.value} # for these credentials only: the stacks name theirs
`;

/** GitHub Actions: plan and review a pull request, apply main. */
export const workflow = (settings: Settings) => `\
# Plans every pull request and says what it changes; applies main after approval.
# README.md says what to set up.
name: API users

on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

env:
  NPM_CONFIG_IGNORE_SCRIPTS: "true" # installing a package runs none of its code
  TF_IN_AUTOMATION: "true"

jobs:
  # Runs what the pull request says, so it may only read: this repository, AWS, the states.
  plan:
    # A fork's pull request gets no credentials: whoever opens one could print them.
    if: >-
      github.event_name == 'pull_request' &&
      github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read
      id-token: write # the role that plans, by OIDC: no long-lived key
    steps:
${synthesis(settings, "PLAN_ROLE_ARN")}\
      - name: Plan every stack
        run: |
          mkdir plans
          for stack in $(cat stacks); do
            folder="cdktf.out/stacks/$stack"
            terraform -chdir="$folder" init -input=false
            terraform -chdir="$folder" plan -input=false -lock=false -out=plan.tfplan
            terraform -chdir="$folder" show -json plan.tfplan > "plans/$stack.json"
          done
      - uses: ${UPLOAD}
        with:
          name: plans
          path: plans
          retention-days: 7

  # Judges the plans and comments. It runs nothing of the pull request's, and this version of the package.
  # Make this job a required status check. It fails if there is no plan to judge.
  review:
    if: \${{ !cancelled() && github.event_name == 'pull_request' }}
    needs: plan
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      pull-requests: write # the comment
    env:
      NPM_CONFIG_OMIT: peer # what only synth needs
    steps:
      - name: There are plans
        env:
          PLAN: \${{ needs.plan.result }}
        run: test "$PLAN" = success
      - uses: ${SETUP_NODE}
        with:
          node-version: 22
      - uses: ${DOWNLOAD}
        with:
          name: plans
          path: plans
      - name: Review the plans
        run: npx --yes cdktf-ledger-api-user@${settings.version} review plans/*.json --fail-on destroy,weakened > review.md
      - name: Look for private keys
        if: \${{ !cancelled() }}
        run: npx --yes cdktf-ledger-api-user@${settings.version} audit plans
      - name: Post the review
        if: \${{ !cancelled() }}
        env:
          GH_TOKEN: \${{ github.token }}
          PR: \${{ github.event.pull_request.number }}
          REPO: \${{ github.repository }}
        run: |
          test -s review.md || echo "**API users**: the review did not run; see the job's log." > review.md
          gh pr comment "$PR" --repo "$REPO" --body-file review.md --edit-last --create-if-none

  # Waits for the reviewers of the environment api-users. Its summary shows each plan as it is applied.
  apply:
    if: github.event_name == 'push'
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    environment: api-users
    concurrency:
      group: api-users
      cancel-in-progress: false
    permissions:
      contents: read
      id-token: write # the role that applies: a deployer of workspace.yaml
    steps:
${synthesis(settings, "APPLY_ROLE_ARN")}\
      - name: Apply every stack
        run: |
          for stack in $(cat stacks); do
            folder="cdktf.out/stacks/$stack"
            terraform -chdir="$folder" init -input=false
            terraform -chdir="$folder" plan -input=false -out=plan.tfplan
            terraform -chdir="$folder" show -json plan.tfplan > plan.json
            npx --no-install cdktf-ledger-api-user review plan.json >> "$GITHUB_STEP_SUMMARY"
            terraform -chdir="$folder" apply -input=false plan.tfplan
          done
`;
