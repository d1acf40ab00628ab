/** The layers of the policies one by one, since one that is whole would hide what is missing in another. */
import { ACCOUNT, type Emitted, type Policy } from "./emitted";

export type Layer = (emitted: Emitted) => Emitted;

function withResourcePolicies(emitted: Emitted, change: (policy: Policy) => Policy): Emitted {
  return {
    ...emitted,
    keyPolicy: change(emitted.keyPolicy),
    credentialsPolicy: change(emitted.credentialsPolicy),
    workspaceKeyPolicy: change(emitted.workspaceKeyPolicy),
    topicKeyPolicy: change(emitted.topicKeyPolicy),
  };
}

/** As if somebody had allowed everybody everything in the resources' own policies: what does not work then is denied. */
export const everythingAllowed: Layer = (emitted) =>
  withResourcePolicies(emitted, ({ Version, Statement }) => ({
    Version,
    Statement: [...Statement, { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
  }));

/** As if somebody had taken every Deny out of them: what does not work then is not allowed. */
export const nothingDenied: Layer = (emitted) =>
  withResourcePolicies(emitted, ({ Version, Statement }) => ({
    Version,
    Statement: Statement.filter(({ Effect }) => Effect === "Allow"),
  }));

/** As if they decided nothing, in the account itself: what does not work then, the caller's own policy does not allow. */
export const ownPolicyAlone: Layer = (emitted) =>
  withResourcePolicies(emitted, ({ Version }) => ({
    Version,
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:${emitted.place.partition}:iam::${ACCOUNT}:root` },
        Action: "*",
        Resource: "*",
      },
    ],
  }));
