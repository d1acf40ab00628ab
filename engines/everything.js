/**
 * An app of one's own with every public construct, and nothing given that has a default: what the example fleet does not have.
 * Usage: node everything.js ENGINE OUT, in a folder with the package and an engine.
 */
const [engine, outdir] = process.argv.slice(2);
const entry = engine === "cdktn" ? "cdktf-ledger-api-user/cdktn" : "cdktf-ledger-api-user";
const { App, LocalBackend, TerraformStack } = require(engine);
const { AwsProvider } = require(`@${engine}/provider-aws/lib/provider`);
const { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace, RoleWatch, WorkspaceTrail } = require(entry);

const role = (name) => `arn:aws:iam::123456789012:role/${name}`;
const app = new App({ outdir });
const stack = new TerraformStack(app, "everything");
new AwsProvider(stack, "aws", { region: "us-east-1" });
new LocalBackend(stack, { path: "terraform.tfstate" }); // the default is an absolute path
new WorkspaceTrail(stack, "Trail");
new RoleWatch(stack, "Roles", { workspace: "acme", roles: [role("signer")] });
const workspace = new LedgerWorkspace(stack, "Workspace", {
  name: "acme",
  deployers: [role("deployer")],
  custodians: [role("custodian")],
  alertEmails: ["security@acme.example"],
});
// The public key of the example pair in Ledger's guide.
const publicKey =
  "0475c227819ed7ed7e6c8a99c8b8fdebb75c3a9a0dd5f4b404e2dc66e5cc74b6f683c689fe5ba2b1081b5332f3c24790fd6bd35a6f670d123bca78f5b2cce1ea32";
const custodies = [
  ["Generated", KeyCustody.secretsManager()],
  ["InKms", KeyCustody.kms()],
  ["Imported", KeyCustody.imported({ publicKey })],
];
for (const [id, custody] of custodies) {
  const user = new ApiUser(stack, id, { workspace, username: id, role: ApiUserRole.OPERATOR, custody });
  user.grantSign(role("signer"));
}

// A user of each custody with a key in each stage.
const generations = { 1: "retired", 2: "previous", 3: "current", 4: "pending" };
const publicKeys = {
  1: publicKey,
  // Of RFC 6979, and twice and three times the base point.
  2: "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
  3: "047cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc4766997807775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1",
  4: "045ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032",
};
for (const [id, custody] of [
  ["Generated", KeyCustody.secretsManager()],
  ["InKms", KeyCustody.kms()],
  ["Imported", KeyCustody.imported({ publicKeys })],
]) {
  const username = `rotates ${id}`;
  const signers = [role("signer")];
  new ApiUser(stack, username, {
    workspace,
    username,
    role: ApiUserRole.OPERATOR,
    custody,
    signers,
    generations,
  });
}

// A user of each custody who moves from that stack to another one.
const place = { account: "123456789012", region: "us-east-1" };
const there = new TerraformStack(app, "there");
new AwsProvider(there, "aws", { region: place.region });
new LocalBackend(there, { path: "terraform.there.tfstate" });
const deployed = LedgerWorkspace.fromName(there, "Workspace", {
  name: "acme",
  ...place,
  custodians: [role("custodian")],
});
for (const [id, custody] of custodies) {
  const username = `moves ${id}`;
  new ApiUser(there, username, {
    workspace: deployed,
    username,
    role: ApiUserRole.OPERATOR,
    custody,
  }).takeOver();
  ApiUser.letGo(stack, username);
}
app.synth();
