import { awsNameOf } from "../rules/aws-names";
import { stateAddressOf } from "./backend/backend";
import type { NamedStack } from "./collisions";
import type { UserDeclaration } from "./declarations";
import type { WorkspaceFolder } from "./directory";
import type { NamedUser, UserFileReading } from "./user-file";
import type { KnownSettings, WorkspaceSettings } from "./workspace-file";
import type { Problem } from "./yaml/problems";

/** All that a fleet declares by name, as far as it can be read: two fleets are compared by it. */
export type Inventory = readonly DeclaredStack[];

/** A stack, with what must stay as it is while its users have keys. */
export interface DeclaredStack extends NamedStack {
  /** The folder's name. */
  readonly workspace: string;
  /** Undefined where workspace.yaml does not say, or is wrong. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly stateAddress: string | undefined;
  /** The workspace that takes its file, where that is another than the one whose folder the file is in. */
  readonly takenBy?: string;
  /** Of a user file. Undefined for a workspace's own stack, and where the file cannot be read. */
  readonly users?: readonly DeclaredUser[];
}

/** A user by its names. */
export interface DeclaredUser extends NamedUser {
  readonly awsName: string;
  /** Whether its deletion is denied: unless it is sure that it is not. */
  readonly isProtected: boolean;
  /** The name of the file that it says to come from. */
  readonly movedFrom?: string;
  /** What is declared of it; undefined where something is wrong. */
  readonly declaration?: UserDeclaration;
}

/** A user file as it was read; without contents if something is wrong with it. */
export interface LoadedFile extends Partial<UserFileReading> {
  readonly name: string;
  readonly file: string;
  /** The workspace that takes it, where that is another than the one whose folder it is in. */
  readonly takenBy?: string;
  readonly problems: Problem[];
}

export const stackNameOf = (folder: WorkspaceFolder, { name, stack }: LoadedFile): string =>
  `${folder.name}-${stack?.text ?? name}`;

/** `WORKSPACE-FILE` for every user file, whose `stack` may name it, and `WORKSPACE-REGION` for every region in use. */
export function stacksOf(
  folder: WorkspaceFolder,
  {
    settings,
    known,
    files,
  }: {
    readonly settings?: WorkspaceSettings;
    readonly known: KnownSettings;
    readonly files: readonly LoadedFile[];
  },
): DeclaredStack[] {
  const placed = (name: string, region: string | undefined) => ({
    name,
    workspace: folder.name,
    account: known.account,
    region,
    stateAddress: settings && stateAddressOf(settings.backend, name),
  });
  const regionOf = ({ region = known.region }: LoadedFile) => region;
  const regions = new Set(files.flatMap((read) => regionOf(read) ?? []));
  return [
    ...[...regions].map(
      (region): DeclaredStack => ({
        ...placed(`${folder.name}-${region}`, region),
        file: folder.workspaceFile?.file ?? folder.folder,
        line: 1,
        what: `the workspace ${folder.name} in ${region}`,
        namedBy: "workspace",
      }),
    ),
    ...files.map(
      (read): DeclaredStack => ({
        ...placed(stackNameOf(folder, read), regionOf(read)),
        file: read.file,
        line: read.stack?.line ?? 1,
        what: read.takenBy === undefined ? read.file : `${read.file}, which ${read.takenBy} takes`,
        namedBy: read.stack ? "stack" : "file",
        ...(read.takenBy !== undefined && { takenBy: read.takenBy }),
        users: usersIn(read, settings),
      }),
    ),
  ];
}

function usersIn(
  { names, moves = [], usersOf }: LoadedFile,
  settings?: WorkspaceSettings,
): DeclaredUser[] | undefined {
  const declared = new Map(settings && usersOf?.(settings).map((user) => [user.username, user] as const));
  const from = new Map(
    moves.flatMap(({ direction, text, other }) => (direction === "from" ? [[text, other] as const] : [])),
  );
  return names?.map((name) => {
    const [declaration, movedFrom] = [declared.get(name.text), from.get(name.text)];
    return {
      ...{ ...name, awsName: awsNameOf(name.text), isProtected: declaration?.removalProtection ?? true },
      ...(declaration && { declaration }),
      ...(movedFrom !== undefined && { movedFrom }),
    };
  });
}
