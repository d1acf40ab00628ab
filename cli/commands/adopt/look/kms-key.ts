import type { KeyMetadata, KMSClient } from "@aws-sdk/client-kms";
import { optionWith, shellWord } from "../../../../messages/shell";
import type { Planned } from "../plan";
import { type Found, foreign, type Import, madeOn, no } from "./found";
import { keyText } from "./key-text";

/** What an alias leads to, and the alias. */
export async function findKey(planned: Planned, client: KMSClient): Promise<Found> {
  const { address, name } = planned;
  const { DescribeKeyCommand, GetPublicKeyCommand } = await import("@aws-sdk/client-kms");
  const { KeyMetadata = {} as KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: name }));
  const { Arn = "", KeyId = "", KeyState, Origin, KeyUsage, MultiRegion, CreationDate } = KeyMetadata;
  if (KeyState === "PendingDeletion")
    throw no(
      `the key of ${name} is scheduled for deletion`,
      `cancel that (aws kms cancel-key-deletion ${optionWith("--key-id", KeyId)}), then run this again`,
    );
  if (Origin !== "AWS_KMS")
    throw foreign(`the key of ${name} was not made in KMS (origin ${Origin}), so somebody may have a copy`);
  // A replica in another region has a policy of its own.
  if (MultiRegion) throw foreign(`the key of ${name} is a multi-Region key, which others may use elsewhere`);
  const signs = KeyUsage === "SIGN_VERIFY";
  const { PublicKey = [] } = signs ? await client.send(new GetPublicKeyCommand({ KeyId })) : {};
  // The last 65 bytes of an SPKI of P-256 are the point (RFC 5480).
  const point = Buffer.from(PublicKey).subarray(-65).toString("hex");
  const remarks = [madeOn(CreationDate), ...(signs ? [keyText(point)] : [])];
  const key = keyImport(planned, KeyId, Arn).map((each) => ({ ...each, remarks, holds: signs }));
  return { arn: Arn, imports: [...key, { address, id: name, remarks: [], holds: false }] };
}

/** The key that an alias points to. If the state had another one, the import would make the alias point to that one. */
function keyImport({ name, key }: Planned, keyId: string, arn: string): Pick<Import, "address" | "id">[] {
  if (key === undefined || key.keyId === keyId || key.keyId === arn) return [];
  if (key.keyId === undefined) return [{ address: key.address, id: keyId }];
  throw no(
    `${name} points to the key ${keyId}, but the state has ${key.keyId}: an apply without the state made a second key, or somebody made the alias beforehand`,
    `find out whose public key is registered (aws kms get-public-key); if it is that of ${keyId}, remove the other one from the state (terraform state rm ${shellWord(key.address)}), plan again and run this again; docs/reliability.md says what happens to it`,
  );
}
