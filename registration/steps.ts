/**
 * What a workspace admin does for a user, in the words of Ledger's guide "Register a new API User", steps 2 to 4. Words
 * only: each format of the card says in its own way what is a button, a value or a box to tick.
 */
import { ApiUserRole } from "../rules/api-user-role";
import { STAGES, type Stage } from "../rules/stages";
import type { CardFacts } from "./card";

/** Plain words, the label of something in the workspace, or a text that came from the registration. */
type Part = string | { readonly label: string } | { readonly value: string };

export type Line = readonly Part[];

export interface Step {
  readonly line: Line;
  /** What belongs below the step: a field to be entered, or things to be done one by one. */
  readonly field?: "username" | "publicKey" | "fingerprint";
  readonly tasks?: readonly Line[];
}

export interface Section {
  readonly title: string;
  readonly lead?: Line;
  readonly steps: readonly Step[];
  /** What else is to be known. */
  readonly notes?: readonly Line[];
}

/** The label of a user's role on the workspace's "Invite User" page. */
export const uiLabelOf = ({ role }: Pick<CardFacts, "role">) => ApiUserRole.of(role).uiLabel;

/** The three sections of a card. */
export function sectionsOf(card: CardFacts): Section[] {
  return [
    register(card),
    generateAccess(card),
    card.role === "operator" ? operatorRules(card) : adminRules(card),
  ];
}

const label = (text: string): Part => ({ label: text });
const value = (text: string): Part => ({ value: text });

/** A line, written as it reads; a line break of the source is a blank. */
const line = (texts: TemplateStringsArray, ...parts: readonly Part[]): Line =>
  texts
    .flatMap((text, index) => [text.replace(/\n */g, " "), ...parts.slice(index, index + 1)])
    .filter((part) => part !== "");

function register(card: CardFacts): Section {
  const [begin, end] = [value(card.publicKey.slice(0, 10)), value(card.publicKey.slice(-10))];
  const notes = [
    line`Who must approve: other Admins of the workspace. By when: requests expire, after 7 days in
      Ledger's examples; the request itself shows its date. Repeat an expired one.`,
  ];
  if (card.role === "administrator")
    notes.push(
      line`If that role is not offered, Ledger has to enable API Administrators for your workspace first.`,
    );
  if (card.keyStatus === "awaiting key")
    notes.unshift(
      line`Wait: at the last apply the private key of this user was not in custody yet. Register it when it is there.`,
    );
  return {
    title: "Register the user",
    steps: [
      { line: line`Log in as an Admin to your Ledger Enterprise workspace.` },
      { line: line`Navigate to the ${label("Users")} section and click ${label("Invite User")}.` },
      { line: line`Select ${label(uiLabelOf(card))}.` },
      { line: line`Enter the API username,`, field: "username" },
      { line: line`and the API user public key.`, field: "publicKey" },
      {
        line: line`Compare the fingerprint with the one that whoever is responsible for this user reads to you from
          their own terminal, by phone or face to face. If a group differs, stop.`,
        field: "fingerprint",
      },
      {
        line: line`Look at what you have entered: the public key begins with ${begin} and ends with ${end}.`,
      },
      {
        line: line`Confirm and seek approval from other Admins. Give them this card: each compares the same.`,
      },
    ],
    notes,
  };
}

function generateAccess({ username }: CardFacts): Section {
  return {
    title: "Generate API access",
    lead: line`Once the request is approved.`,
    steps: [
      {
        line: line`Visit the ${label("Users")} page and click ${label("Generate API Access")} next to
          ${value(username)}. This action is one-time, but API secret regeneration is possible via user permission settings.`,
      },
      {
        line: line`Copy the API Key ID and API Secret to a secure location: these are the authentication credentials.
          Hand them to a custodian, who stores them (npx cdktf-ledger-api-user credentials put); never by mail, chat or ticket.`,
      },
    ],
  };
}

function operatorRules({ username, groups, accountRules }: CardFacts): Section {
  const title = "Assign it to workspace rules";
  const user = value(username);
  const tasks = [
    ...groups.map((group) => line`Add ${user} to the user group ${value(group)}.`),
    ...accountRules.map((rule) => line`Add ${user} to the account rules of ${value(rule)}.`),
  ];
  if (tasks.length === 0) return { title, steps: [undeclared("group or account rule")] };
  return { title, steps: [{ line: line`An API Operator is assigned just like any other user.`, tasks }] };
}

function adminRules({ username, adminRules: rules }: CardFacts): Section {
  const master = label("Master Administration Rule");
  const tasks = rules.map((rule) => line`Edit the rule ${value(rule)} to add ${value(username)} to it.`);
  const table = { line: line`In the table ${label("API Admin rules")}:`, tasks };
  return {
    title: "Assign it to an API Admin rule",
    lead: line`Until it is added to an API Admin rule, this API Administrator can only make read-only requests.`,
    steps: [
      { line: line`Go to ${label("Settings")} > ${label("Admin rules")}.` },
      rules.length > 0 ? table : undeclared("API Admin rule"),
      {
        line: line`Review and validate the request. It will then have to be reviewed by members of the ${master}.`,
      },
    ],
    notes: [
      line`It can then make two types of requests: ${label("Create account with policy")}, and
        ${label("Approve a request to create an account with policy")}. It
        can never be a member of the ${master} itself.`,
    ],
  };
}

const undeclared = (what: string): Step => ({
  line: line`No ${what} is declared for it. Ask whoever is responsible for this user before you assign any.`,
});

export { STAGES };

/** How far a user is. A registration knows the first two stages only: the others happen in the workspace. */
export const stageOf = ({ keyStatus }: CardFacts): Stage =>
  keyStatus === "awaiting key" ? "declared" : "key ready";
