import { type Call, describeCall } from "../../../local-aws/emulator/calls";

const scope = (accessKeyId: string, service: string, region = "eu-west-1") =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

function call(service: string, method: string, url: string, headers = {}, body = ""): Call {
  return describeCall(
    method,
    url,
    { authorization: scope("111122223333", service), ...headers },
    Buffer.from(body),
  );
}

describe("a call is named as IAM names it", () => {
  it("by the target header of JSON protocols", () => {
    const headers = { "x-amz-target": "secretsmanager.PutSecretValue" };
    expect(call("secretsmanager", "POST", "/", headers)).toMatchObject({
      service: "secretsmanager",
      action: "PutSecretValue",
    });
  });

  it("by the form of query protocols", () => {
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    expect(call("iam", "POST", "/", headers, "Action=CreateRole&Version=2010-05-08").action).toBe(
      "CreateRole",
    );
  });

  it.each([
    ["POST", "/2015-03-31/functions", "CreateFunction"],
    ["POST", "/2015-03-31/functions/generator/invocations?Qualifier=%24LATEST", "Invoke"],
    ["PUT", "/2015-03-31/functions/generator/code", "UpdateFunctionCode"],
    ["GET", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Ag", "GetFunction"],
  ])("by method and path for Lambda: %s %s", (method, url, action) => {
    expect(call("lambda", method, url).action).toBe(action);
  });

  it("by method and path where nothing else tells", () => {
    expect(call("s3", "PUT", "/bucket?acl").action).toBe("PUT /bucket");
  });
});

describe("a call is made in an account and region", () => {
  it("those of its signature, when the access key id is an account's number", () => {
    expect(call("kms", "POST", "/")).toMatchObject({ account: "111122223333", region: "eu-west-1" });
  });

  it("those of a presigned URL", () => {
    const credential = encodeURIComponent("111122223333/20260101/eu-west-1/s3/aws4_request");
    const url = `/bucket/key?X-Amz-Credential=${credential}&X-Amz-Signature=0`;
    expect(describeCall("GET", url, {}, Buffer.alloc(0))).toMatchObject({
      ...{ service: "s3", action: "GET /bucket/key" },
      ...{ account: "111122223333", region: "eu-west-1" },
    });
  });

  it("moto's own account for any other access key id", () => {
    const headers = { authorization: scope("AKIAIOSFODNN7EXAMPLE", "kms") };
    expect(call("kms", "POST", "/", headers).account).toBe("123456789012");
  });

  it("moto's own account for a request without a signature", () => {
    expect(describeCall("GET", "/", {}, Buffer.alloc(0))).toMatchObject({
      service: "unknown",
      account: "123456789012",
    });
  });
});

it("a function's call tells which function made it, and is made in that function's account", () => {
  const holder = { account: "444444444444", region: "eu-west-1", functionName: "generator" };
  const headers = { authorization: scope("111122223333", "kms") };
  expect(describeCall("POST", "/", headers, Buffer.alloc(0), holder)).toMatchObject({
    caller: "generator",
    account: "444444444444",
  });
  expect(call("kms", "POST", "/").caller).toBeUndefined();
});
