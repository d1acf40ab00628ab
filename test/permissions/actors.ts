/** The rows of the matrix: who asks, with which identity policies, and what AWS says of them in a request's context. */
import { type AnonymousRequestPrincipal, anonymousPrincipal } from "@cloud-copilot/iam-simulate";
import { deployerPolicy } from "./deployer-policy";
import {
  ACCOUNT,
  type Emitted,
  GENERATOR_FUNCTION,
  GENERATOR_ROLE,
  type Place,
  type Policy,
  roleArn,
  SIGNER_ACCOUNT,
} from "./emitted";

export interface Actor {
  readonly principal: string | AnonymousRequestPrincipal;
  readonly identity: readonly Policy[];
  /** What AWS puts into the context of each of its requests. */
  readonly context: Readonly<Record<string, string>>;
  /** More of it in requests that it makes itself, and not in those that a service makes in its name. */
  readonly directContext?: Readonly<Record<string, string>>;
}

const OTHER_ACCOUNT = "999999999999";

/** The organization of the accounts here. */
export const ORGANIZATION = "o-exampleorgid";
const organizationOf = (account: string) => (account === OTHER_ACCOUNT ? "o-anotherorgid" : ORGANIZATION);

const allow = (Action: string | string[]): Policy => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource: "*" }],
});
const ADMINISTRATOR = allow("*");
/** What an application's role is all too often given. */
const READS_ALL_SECRETS = allow([
  "secretsmanager:GetSecretValue",
  "secretsmanager:BatchGetSecretValue",
  "secretsmanager:DescribeSecret",
  "kms:Decrypt",
]);

/** A session of a role. `aws:PrincipalArn` is the role's ARN in it, the principal the session's. */
function role(place: Place, name: string, identity: Policy[], account = ACCOUNT): Actor {
  return {
    principal: `arn:${place.partition}:sts::${account}:assumed-role/${name}/session`,
    identity,
    context: {
      "aws:PrincipalArn": roleArn(place, name, account),
      "aws:PrincipalAccount": account,
      "aws:PrincipalOrgID": organizationOf(account),
      "aws:PrincipalType": "AssumedRole",
      "aws:PrincipalIsAWSService": "false",
    },
  };
}

/** An IAM user, a federated user (whose `aws:PrincipalArn` is its own) or an account's root user. */
function other(
  { partition }: Place,
  service: "iam" | "sts",
  resource: string,
  type: string,
  account = ACCOUNT,
): Actor {
  const arn = `arn:${partition}:${service}::${account}:${resource}`;
  return {
    principal: arn,
    identity: [ADMINISTRATOR],
    context: {
      "aws:PrincipalArn": arn,
      "aws:PrincipalAccount": account,
      "aws:PrincipalOrgID": organizationOf(account),
      "aws:PrincipalType": type,
      "aws:PrincipalIsAWSService": "false",
    },
  };
}

/** A service in its own name: it has no `aws:PrincipalArn`. */
const service = (name: string): Actor => ({
  principal: name,
  identity: [],
  context: {
    "aws:PrincipalIsAWSService": "true",
    "aws:PrincipalServiceName": name,
    "aws:SourceAccount": ACCOUNT,
  },
});

const inTheFunction = (place: Place): Record<string, string> => ({
  "lambda:SourceFunctionArn": `arn:${place.partition}:lambda:${place.region}:${ACCOUNT}:function:${GENERATOR_FUNCTION}`,
});

type Make = (emitted: Emitted) => Actor;

/** Every row by its name in `docs/permissions.md`. */
export const ACTORS: Readonly<Record<string, Make>> = {
  "signer, with the policy of the registration": ({ place, signerPolicy }) =>
    role(place, "settlement", [signerPolicy]),
  "signer, with no policy of its own": ({ place }) => role(place, "settlement", []),
  "signer that is an administrator": ({ place }) => role(place, "settlement", [ADMINISTRATOR]),
  "reader, with the policy of the registration": ({ place, readerPolicy }) =>
    role(place, "reporting", [readerPolicy]),
  "reader, with no policy of its own": ({ place }) => role(place, "reporting", []),
  "reader that is an administrator": ({ place }) => role(place, "reporting", [ADMINISTRATOR]),
  "custodian, with the policy of the registration": ({ place, custodianPolicy }) =>
    role(place, "custodian", custodianPolicy ? [custodianPolicy] : []),
  "custodian that is an administrator": ({ place }) => role(place, "custodian", [ADMINISTRATOR]),
  "deployer, with the policy of docs/deployer.md": ({ place }) =>
    role(place, "terraform", [deployerPolicy(place)]),
  "deployer that is an administrator": ({ place }) => role(place, "terraform", [ADMINISTRATOR]),
  "generator, in its function": ({ place, generatorPolicy }) => ({
    ...role(place, GENERATOR_ROLE(place), [generatorPolicy]),
    directContext: inTheFunction(place),
  }),
  "generator's credentials, used elsewhere": ({ place, generatorPolicy }) =>
    role(place, GENERATOR_ROLE(place), [generatorPolicy]),
  "generator whose role was widened to an administrator's": ({ place }) =>
    role(place, GENERATOR_ROLE(place), [ADMINISTRATOR]),
  "administrator of the account, a role": ({ place }) => role(place, "admin", [ADMINISTRATOR]),
  "administrator of the account, an IAM user": ({ place }) => other(place, "iam", "user/alice", "User"),
  "federated user of an administrator": ({ place }) =>
    other(place, "sts", "federated-user/alice", "FederatedUser"),
  "role that may read every secret": ({ place }) => role(place, "app", [READS_ALL_SECRETS]),
  "role whose name begins like the signer's": ({ place }) => role(place, "settlement-2", [ADMINISTRATOR]),
  "root user of the account": ({ place }) => other(place, "iam", "root", "Account"),
  "signer of a signer account, with the policy of the registration": ({ place, signerPolicy }) =>
    role(place, "settlement", [signerPolicy], SIGNER_ACCOUNT),
  "signer of a signer account, with no policy of its own": ({ place }) =>
    role(place, "settlement", [], SIGNER_ACCOUNT),
  "signer of a signer account that is an administrator there": ({ place }) =>
    role(place, "settlement", [ADMINISTRATOR], SIGNER_ACCOUNT),
  "reader of a signer account, with the policy of the registration": ({ place, readerPolicy }) =>
    role(place, "reporting", [readerPolicy], SIGNER_ACCOUNT),
  "administrator of a signer account": ({ place }) => role(place, "admin", [ADMINISTRATOR], SIGNER_ACCOUNT),
  "root user of a signer account": ({ place }) => other(place, "iam", "root", "Account", SIGNER_ACCOUNT),
  "administrator of another account": ({ place }) => role(place, "admin", [ADMINISTRATOR], OTHER_ACCOUNT),
  "role of another account, named as the signer": ({ place }) =>
    role(place, "settlement", [ADMINISTRATOR], OTHER_ACCOUNT),
  "Secrets Manager in its own name": () => service("secretsmanager.amazonaws.com"),
  "another AWS service in its own name": () => service("lambda.amazonaws.com"),
  "anybody, unsigned": () => ({ principal: anonymousPrincipal, identity: [], context: {} }),
};
