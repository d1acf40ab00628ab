import type { Planned } from "./adopt-plan";
import type { AwsClients } from "./aws-clients";
import { generalFailure, nameOf, saidOf } from "./aws-failure";
import { ExitCode, Failure } from "./failure";

/** What Terraform is to take into its state. */
export interface Import {
  readonly address: string;
  /** The id that the provider imports by. */
  readonly id: string;
}

const ABSENT = /^(ResourceNotFoundException|NotFoundException|NoSuchEntity(Exception)?)$/;

/**
 * Asks AWS whether it has what a plan makes: the imports that take it in, none where it is new. Functions and log groups are
 * not asked for: they go with the role of the same stack.
 *
 * @throws Failure with exit code 1 where it is there and must not be taken in as it is, 2 where AWS cannot be asked
 */
export async function lookUp(
  planned: Planned,
  region: string,
  accounts: readonly string[],
  clients: AwsClients,
): Promise<Import[]> {
  const { address, name } = planned;
  try {
    const { arn, imports } = await find(planned, region, clients);
    const account = arn.split(":")[4] ?? "";
    if (accounts.length > 0 && !accounts.includes(account))
      throw new Failure(
        `${name} was looked for in account ${account}, and the stack is of ${accounts.join(" or ")}`,
        "use credentials of that account",
      );
    return imports;
  } catch (error) {
    if (ABSENT.test(nameOf(error))) return [];
    throw (
      generalFailure(error, region) ??
      new Failure(
        `AWS did not say whether it has ${name} (${saidOf(error)})`,
        `allow ${NEEDS[planned.type]} to this role, to adopt ${address}`,
      )
    );
  }
}

const NEEDS: Partial<Record<Planned["type"], string>> = {
  aws_secretsmanager_secret: "secretsmanager:DescribeSecret",
  aws_kms_alias: "kms:DescribeKey",
  aws_iam_role: "iam:GetRole",
};

interface There {
  readonly arn: string;
  readonly imports: Import[];
}

async function find(planned: Planned, region: string, clients: AwsClients): Promise<There> {
  const { address, type, name } = planned;
  if (type === "aws_secretsmanager_secret") {
    const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
    const client = await clients.secretsManager(region);
    const { ARN = "", DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: name }));
    if (DeletedDate)
      throw no(
        `${name} is scheduled for deletion`,
        `restore it (aws secretsmanager restore-secret --secret-id ${name}), then run the same again`,
      );
    return { arn: ARN, imports: [{ address, id: ARN }] };
  }
  if (type === "aws_kms_alias") {
    const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
    const client = await clients.kms(region);
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: name }));
    const { Arn = "", KeyId = "", KeyState } = KeyMetadata ?? {};
    if (KeyState === "PendingDeletion")
      throw no(
        `the key of ${name} is scheduled for deletion`,
        `cancel that (aws kms cancel-key-deletion --key-id ${KeyId}), then run the same again`,
      );
    return { arn: Arn, imports: [...keyImport(planned, KeyId), { address, id: name }] };
  }
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  const client = await clients.iam(region);
  const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
  return { arn: Role?.Arn ?? "", imports: [{ address, id: name }] };
}

/** The key that an alias leads to. Were another one in the state, adopting the alias would turn it to that one. */
function keyImport({ name, key }: Planned, keyId: string): Import[] {
  if (key === undefined || key.keyId === keyId) return [];
  if (key.keyId === undefined) return [{ address: key.address, id: keyId }];
  throw no(
    `${name} leads to the key ${keyId}, and the state has ${key.keyId}, a second one that an apply without the state has made`,
    `take that out (terraform state rm ${key.address}), plan anew and run the same again; docs/reliability.md says what becomes of it`,
  );
}

const no = (what: string, mend: string) => new Failure(what, mend, ExitCode.NO);
