/** What every stack must be, whatever made it: the checks that `terraform validate` and AWS would make, on its JSON. */

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON has the shape that each resource gives it
type Json = any;

/** For each resource, its name in AWS: the attribute, and what AWS takes. */
const NAMES: Readonly<Record<string, readonly [attribute: string, rule: RegExp]>> = {
  aws_secretsmanager_secret: ["name", /^[A-Za-z0-9/_+=.@-]{1,512}$/],
  aws_kms_alias: ["name", /^alias\/[0-9A-Za-z/_-]{1,250}$/],
  aws_iam_role: ["name", /^[\w+=,.@-]{1,64}$/],
  aws_lambda_function: ["function_name", /^[A-Za-z0-9_-]{1,64}$/],
  aws_cloudwatch_event_rule: ["name", /^[.\-_A-Za-z0-9]{1,64}$/],
  aws_cloudwatch_log_group: ["name", /^[.\-_/#A-Za-z0-9]{1,512}$/],
  aws_sns_topic: ["name", /^[A-Za-z0-9_-]{1,256}$/],
};

/** Of constructs without account or region, which stand in names. */
const PROVIDERS_OWN = /\$\{data\.aws_(?:region|caller_identity|partition)\.[\w-]+\.\w+\}/g;

/** How every expression of ours begins. What a user writes must not get to be one. */
const OURS =
  /^\$\{(?:(?:aws_|data\.aws_|local\.)[\w.-]+\}|jsonencode\(\{"(?:secretArn|pointerArn)" = |try\(jsondecode\(self\.result\)\.generation, 0\) == \d+\}|\(lookup\(\{"aws" = |(?:lookup\()?jsondecode\(aws_|\(?can\(regex\("\^(?:04|arn:)|self\.(?:version|last_modified|code_sha256)\b|length\(\[for name, found in |join\(", ", \[for name, found in |contains\(try\(flatten\(|\(contains\(\[(?:data\.aws_caller_identity\.|"\d{12}")|contains\(tolist\(data\.aws_cloudwatch_log_groups\.|substr\(join\(|element\(split\("\/", (?:data\.)?aws_|\{for name, text in local\.)/;

/** What is wrong with a stack's JSON; with a good one, nothing. */
export function stackProblems(text: string): string[] {
  const json: Json = JSON.parse(text);
  const problems: string[] = [];
  if (text.includes("TfToken[")) problems.push("a token is left");
  const seen = new Set<string>();
  for (const [type, resources] of Object.entries<Json>({ ...json.resource, ...json.data })) {
    for (const [id, resource] of Object.entries<Json>(resources)) {
      if (!/^[A-Za-z_][\w-]*$/.test(id)) problems.push(`${type}.${id} is no name for Terraform`);
      const [attribute = "", rule = /^/] = json.resource?.[type]?.[id] ? (NAMES[type] ?? []) : [];
      const name = attribute && String(resource[attribute]).replace(PROVIDERS_OWN, "x");
      if (attribute && !rule.test(name)) problems.push(`${type}: ${JSON.stringify(name)} is no name for AWS`);
      if (attribute && seen.has(`${type} ${name}`)) problems.push(`${type}: ${name} is there twice`);
      seen.add(`${type} ${name}`);
      problems.push(...tagProblems(resource.tags ?? {}));
    }
  }
  for (const each of strings(json)) {
    for (const { index } of each.matchAll(/(?<!\$)\$\{|(?<!%)%\{/g)) {
      const rest = each.slice(index);
      if (!OURS.test(rest)) problems.push(`an expression of a user's: ${JSON.stringify(rest.slice(0, 60))}`);
    }
    if (/[\p{Cc}\p{Cs}]/u.test(each.replaceAll("\n", ""))) problems.push(`unseen: ${JSON.stringify(each)}`);
  }
  return problems;
}

function tagProblems(tags: Json): string[] {
  const entries = Object.entries<string>(tags);
  const wrong = entries.filter(([key, value]) => {
    return !/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu.test(key) || [...value].length > 256;
  });
  return [
    ...wrong.map(([key]) => `tag ${JSON.stringify(key)}`),
    ...(entries.length > 50 ? ["too many tags"] : []),
  ];
}

function strings(json: Json): string[] {
  if (typeof json === "string") return [json];
  if (json === null || typeof json !== "object") return [];
  return Object.entries(json).flatMap(([key, value]) => [key, ...strings(value)]);
}

/** The text that a template without expressions stands for. */
export function textOf(template: string): string {
  return template.replace(/([$%])\1\{/g, "$1{");
}
