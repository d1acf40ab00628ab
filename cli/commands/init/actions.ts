/**
 * The actions that workflows use, by the commits of their releases: a tag can be moved to other code. The examples and
 * action.yml use the same ones (a test compares them).
 */
export const ACTIONS = {
  CHECKOUT: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  SETUP_NODE: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  SETUP_TERRAFORM: "hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e # v4.0.1",
  AWS_CREDENTIALS: "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3",
  UPLOAD: "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
  DOWNLOAD: "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
} as const;
