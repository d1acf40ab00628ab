/** How tests call an embedded AWS: the one place where its credentials are put together. */

/** What `LocalAws.env` gives for an account and region, or `.local/env` has. */
type Environment = Readonly<Record<string, string>>;

/** For an AWS SDK's client. */
export function clientSettings(env: Environment) {
  return {
    endpoint: env["AWS_ENDPOINT_URL"] ?? "",
    region: env["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
      sessionToken: env["AWS_SESSION_TOKEN"] ?? "",
    },
  };
}

/** A request by hand, to a service for whose SDK there is no other use: what the embedded AWS reads of a signature, and the session token. */
export function callByHand(env: Environment, service: string, path = "/", init: RequestInit = {}) {
  const { endpoint, region, credentials } = clientSettings(env);
  const scope = `${credentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
  const headers = new Headers(init.headers);
  headers.set("authorization", `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`);
  headers.set("x-amz-security-token", credentials.sessionToken);
  return fetch(`${endpoint}${path}`, { ...init, headers });
}

/** Makes a bucket of S3's in the environment's region. */
export async function makeBucket(env: Environment, name: string): Promise<void> {
  const { region } = clientSettings(env);
  // S3 takes no constraint for its first region.
  const body =
    region === "us-east-1"
      ? undefined
      : `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  const answer = await callByHand(env, "s3", `/${name}`, { method: "PUT", body });
  if (!answer.ok) throw new Error(`no bucket ${name}: ${answer.status} ${await answer.text()}`);
}
