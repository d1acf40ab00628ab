import type { ProjectFile, Settings } from "./settings";
import { workflow } from "./workflow";

/** What the repository needs around the YAML. */
export const repositoryFiles = (settings: Settings): ProjectFile[] => [
  { path: "package.json", text: packageJson(settings) },
  { path: ".gitignore", text: GITIGNORE },
  { path: "CODEOWNERS", text: codeOwners(settings) },
  { path: "README.md", text: readme(settings) },
  { path: ".github/workflows/api-users.yml", text: workflow(settings) },
];

const packageJson = ({ dependencies }: Settings) => {
  const scripts = { synth: "cdktf-ledger-api-user synth" };
  return `${JSON.stringify({ name: "ledger-api-users", private: true, scripts, dependencies }, undefined, 2)}\n`;
};

const GITIGNORE = `cdktf.out/
cdktf.stacks
node_modules/
.terraform/
*.tfstate*
.local/
`;

const codeOwners = ({ workspace }: Settings) => `\
# Who must approve what. Change the names to teams of yours, and turn on "Require
# review from Code Owners" for main. Of several lines that match, the last counts.
* @acme/security
/api-users/${workspace}/treasury.yaml @acme/treasury
`;

const readme = ({ workspace, region, bucket }: Settings) => `\
# API users of the Ledger Enterprise workspace ${workspace}

A user is declared in YAML. Terraform makes its key pair inside the AWS account,
where only its signers can use the private key, and outputs the public key. An
admin of the workspace registers that. How it works, and every option:
[cdktf-ledger-api-user](https://www.npmjs.com/package/cdktf-ledger-api-user).

## Change first

All lines that say "change this":

\`\`\`sh
grep -rn "change this" api-users
\`\`\`

1. \`api-users/${workspace}/workspace.yaml\`: account, region, roles, who receives alerts${
  bucket === undefined ? ",\n   **and a backend**: without one, the states are files on one machine" : ""
}.
2. \`api-users/${workspace}/treasury.yaml\`: the first user and who signs as it.
3. \`CODEOWNERS\`: your teams.
4. \`npm install\`, and commit \`package-lock.json\` with the rest.

An editor with YAML support now checks the files and completes keys. This command
reports all mistakes, with file and line:

\`\`\`sh
npx cdktf-ledger-api-user synth
\`\`\`

## From YAML to the first approval

1. **Apply**, with credentials of a role in \`deployers\` and with Terraform 1.11 or
   later. The stack \`${workspace}-${region.value}\` comes first: users need its key.

   \`\`\`sh
   npx cdktf-ledger-api-user synth > cdktf.stacks &&
   while IFS= read -r stack <&3; do
     terraform -chdir="cdktf.out/stacks/$stack" init || break
     terraform -chdir="cdktf.out/stacks/$stack" apply || break
   done 3< cdktf.stacks
   terraform -chdir=cdktf.out/stacks/${workspace}-treasury output -json > registration.json
   \`\`\`

2. **Let the signer in.** Attach \`signerPolicy\` from \`registration.json\` to the
   signer's role.
3. **Register.** Send this page to an admin of the workspace, and read the page
   code and the fingerprints to them over another channel, such as the phone.

   \`\`\`sh
   npx cdktf-ledger-api-user registration --registration registration.json --format html --out registration.html
   \`\`\`

4. **Store the API credentials** that the workspace then issues, as a custodian:

   \`\`\`sh
   npx cdktf-ledger-api-user credentials put "settlement bot" --registration registration.json --check
   \`\`\`

5. **Check**, with the API credentials of any user that may read:

   \`\`\`sh
   npx cdktf-ledger-api-user status --users api-users --registration registration.json
   \`\`\`

6. **Approve** a request, as the signer:

   \`\`\`sh
   npx cdktf-ledger-api-user approve 29 --user "settlement bot" --registration registration.json
   \`\`\`

## The pipeline

\`.github/workflows/api-users.yml\` plans the stacks that a pull request touches, says
in a comment what it changes, and fails if a key is destroyed or a guard weakened, or
a user is left behind, as when a file is renamed. What is merged is planned and
reviewed again, with every stack. Once the reviewers of the environment have approved that
review, it is applied; if the plan has changed since, nothing is. Set up:

- An IAM role for the plans that GitHub's OIDC provider may assume for
  \`repo:OWNER/REPOSITORY:pull_request\` and \`repo:OWNER/REPOSITORY:ref:refs/heads/main\`.
  It reads AWS and the states, and is no deployer: a pull request can run code as
  this role. The package's docs/gitops.md has its policy. Its ARN is the repository
  variable \`PLAN_ROLE_ARN\`.
- An environment \`api-users\` with required reviewers, restricted to main, and a role
  for it (\`repo:OWNER/REPOSITORY:environment:api-users\`), listed in \`deployers\`. Its
  ARN is the environment's variable \`APPLY_ROLE_ARN\`.
- For main: pull requests only, the status check \`review\`, and code owners' review.
  A pull request that changes the workflow changes its own check: that is why
  CODEOWNERS gives everything but the users to security.

A plan of a pull request is made by the pull request's code. It is a claim: what is
applied is a plan of main.

Apply the stack \`${workspace}-${region.value}\` once by hand, as above, before the first
pull request: until it exists, no user can be planned.

## Pin the provider

The stacks name the AWS provider's version. To pin its hashes too, run this in a
stack's folder, and commit its \`.terraform.lock.hcl\` here, beside \`package.json\`.
\`synth\` copies it into each stack.

\`\`\`sh
terraform providers lock -platform=linux_amd64 -platform=darwin_arm64
\`\`\`
`;
