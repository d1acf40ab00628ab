import { oneLine, visible } from "../../../messages/safe-text";
import { STAGES } from "../../../rules/stages";
import { joined, line, style, type Text } from "../../shared/output";
import type { UserStatus } from "./judge";
import type { Level, Problem } from "./problem";

export interface Status {
  readonly users: readonly UserStatus[];
  readonly problems: readonly Problem[];
  /** Whether the workspace was asked and gave a full answer. */
  readonly workspaceSeen: boolean;
  /** Whose credentials asked it, where that is known. */
  readonly askedAs?: string;
  /** Keys of third parties that only read. No fleet declares them. */
  readonly reportingKeys?: readonly { readonly username: string; readonly status: string }[];
}

const COLOURS = { alarm: "red", "not seen": "yellow", "to do": "bold" } as const;

export const isFine = ({ problems }: Status) => problems.every(({ level }) => level === "to do");

export function statusForJson(status: Status) {
  const { users, problems, workspaceSeen, askedAs = "unknown", reportingKeys = [] } = status;
  return {
    ok: isFine(status),
    workspaceSeen,
    ...(workspaceSeen && {
      askedAs,
      reportingKeys: reportingKeys.map(({ username: name, status: itsStatus }) => ({
        name,
        status: itsStatus,
      })),
    }),
    users: users.map(({ user, custody, workspace, stage, request }) => ({
      workspace: user.workspace,
      username: user.username,
      address: user.address,
      declared: user.declared !== undefined,
      applied: user.applied !== undefined,
      role: user.declared?.role ?? user.applied?.role,
      custody: user.declared?.custody ?? user.applied?.custody,
      generation: user.applied?.generation ?? user.declared?.generation,
      publicKey: user.applied?.publicKey,
      key: custody.key,
      credentials: custody.credentials,
      workspaceStatus: workspace,
      stage,
      ...(request && {
        request: {
          id: request.id,
          status: request.status,
          expires: request.expires,
          ...(request.waiting && {
            waitsFor: {
              approvals: request.waiting.approvals,
              of: request.approvers,
              unseen: request.waiting.unseen,
            },
          }),
        },
      }),
    })),
    problems,
  };
}

/** The lines of a table of the users, then the problems, the worst first. */
export function statusText(status: Status): Text[] {
  const { users, problems } = status;
  const rows = users.map(({ user, custody, workspace, stage }) => [
    visible(user.address),
    user.declared?.custody ?? user.applied?.custody ?? "",
    custody.key,
    custody.credentials,
    visible(workspace),
    stage,
  ]);
  const head = ["User", "Custody", "Key", "Credentials", "Workspace", "Stage"];
  const widths = head.map((title, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), title.length),
  );
  const padded = (row: readonly string[]) =>
    row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)).join("  ");
  const lines: Text[] = [style("bold", padded(head)), ...rows.map(padded)];
  for (const level of ["alarm", "not seen", "to do"] as const)
    for (const each of problems)
      if (each.level === level)
        lines.push(
          line`${style(COLOURS[level], level)}: ${oneLine(`${each.subject}: ${each.problem}; ${each.fix}`)}`,
        );
  const { reportingKeys = [] } = status;
  if (reportingKeys.length > 0) {
    const keys = reportingKeys.map(
      ({ username, status: itsStatus }) => `${JSON.stringify(username)} (${itsStatus})`,
    );
    lines.push(`reporting API keys, which no fleet declares: ${keys.join(", ")}`);
  }
  return [...lines, summary(status)];
}

function summary({ users, problems, workspaceSeen, askedAs }: Status): Text {
  const owner = askedAs === undefined ? "whose credentials asked it is unknown" : `asked as ${askedAs}`;
  const askedBy = workspaceSeen ? `; ${owner}` : "; the workspace was not seen";
  const stages = STAGES.flatMap((stage) => {
    const count = users.filter((each) => each.stage === stage).length;
    return count > 0 ? [`${count} ${stage}`] : [];
  });
  const count = (level: Level) => problems.filter((each) => each.level === level).length;
  const [alarms, unseen] = [count("alarm"), count("not seen")];
  const levels = [
    alarms > 0 ? style("red", `${alarms} alarm${alarms > 1 ? "s" : ""}`) : "no alarm",
    ...(unseen > 0 ? [style("yellow", `${unseen} not seen`)] : []),
  ];
  return line`${stages.join(", ") || "no user"}; ${joined(levels, ", ")}${askedBy}.`;
}
