import { CHANGE, type ProjectFile, roleIn, type Setting, type Settings } from "./settings";

/** The workspace and its first user. */
export function yamlFiles(settings: Settings): ProjectFile[] {
  const folder = `api-users/${settings.workspace}`;
  return [
    { path: `${folder}/workspace.yaml`, text: workspaceYaml(settings) },
    { path: `${folder}/treasury.yaml`, text: treasuryYaml(settings) },
  ];
}

const schemaLine = ({ schemas }: Settings, name: string) =>
  `# yaml-language-server: $schema=../../${schemas}/${name}.schema.json\n`;

/** A value that a person typed, which may be anything, as one YAML scalar: JSON's strings are YAML's. */
const scalar = (text: string) => (/^[a-z][a-z0-9-]*$/.test(text) ? text : JSON.stringify(text));
const said = ({ value, isExample }: Setting, what: string) =>
  `${scalar(value)} ${isExample ? `${CHANGE}: ` : "# "}${what}`;

const workspaceYaml = (settings: Settings) => `${schemaLine(settings, "workspace")}
# The workspace ${settings.workspace}, owned by security. What is here applies to every
# user file beside it. The folder's name is the workspace's, and part of every
# name in AWS.

account: ${said(settings.account, "the AWS account of the keys")}
region: ${said(settings.region, "of every user file that names none")}

# Run Terraform. They alone change the policies of keys, and read no key.
deployers:
  - ${roleIn(settings, "terraform")} ${CHANGE}

# Store the API credentials of a registered user, and cannot read them back.
custodians:
  - ${roleIn(settings, "custody-admin")} ${CHANGE}

# Receive the alerts. Each address confirms the subscription that AWS sends it.
alertEmails:
  - custody-security@acme.example ${CHANGE}

${backend(settings)}
# Nothing is deleted while this is true, which is the default. Turning it off is
# one reviewed step, removing a user the next.
removalProtection: true
`;

const backend = ({ bucket, region }: Settings) =>
  bucket === undefined
    ? `${CHANGE} before a pipeline applies: without a backend, the states are
# files on one machine, beside package.json. STACK stands for each stack's name.
# backend:
#   s3:
#     bucket: acme-terraform
#     key: ledger-api-users/STACK.tfstate
#     region: ${region.value}
#     use_lockfile: true
`
    : `# Where Terraform keeps the states. STACK stands for each stack's name.
backend:
  s3:
    bucket: ${scalar(bucket)}
    key: ledger-api-users/STACK.tfstate
    region: ${scalar(region.value)} # the bucket's
    use_lockfile: true # so that two runs never write one state
`;

const treasuryYaml = (settings: Settings) => `${schemaLine(settings, "users")}
# Treasury's API users, owned by the treasury team: the stack ${settings.workspace}-treasury.
# Each team has a file of its own here.

users:
  - username: settlement bot ${CHANGE}: as an admin enters it in the workspace
    role: operator # or administrator
    custody: secrets-manager # or kms, whose keys never leave KMS, or imported
    signers: # roles that may sign as this user
      - ${roleIn(settings, "settlement")} ${CHANGE}
    groups: # of the workspace, which an admin adds the user to
      - Treasury Operations ${CHANGE}
    accountRules:
      - EUR settlement ${CHANGE}
`;
