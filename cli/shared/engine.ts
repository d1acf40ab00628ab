import { ENGINES, type EngineName, installedEngine, missing } from "../../fleet/engine";
import type { Synthesis } from "../../fleet/synthesize";
import { Failure, reason } from "../../messages/failure";
import { shown } from "../../messages/safe-text";

/** The engine that was asked for, or else the one that is installed. @throws Failure if there is none */
export function engineFor(asked?: string): EngineName {
  if (asked !== undefined && !Object.hasOwn(ENGINES, asked))
    throw new Failure(`--engine ${shown(asked)} is no engine`, `use ${Object.keys(ENGINES).join(" or ")}`);
  const engine = (asked as EngineName | undefined) ?? installedEngine();
  if (engine !== undefined && missing(ENGINES[engine]).length === 0) return engine;
  const install = (name: EngineName) => `npm install ${missing(ENGINES[name]).join(" ")}`;
  throw engine === undefined
    ? new Failure(
        "synthesis needs an engine, and none is installed",
        `run ${install("cdktf")}, or, for CDK Terrain, ${install("cdktn")}`,
      )
    : new Failure("synthesis needs packages that are not installed", `run ${install(engine)}`);
}

/**
 * What `synth` writes.
 *
 * @throws Failure where the folder cannot be written
 */
export function synthesized(
  users: string,
  out: string,
  engine: EngineName,
  fix = "name a folder that you may write to, with --out",
): Synthesis {
  // cdktf reads these: its own command sets them, and here the YAML alone decides.
  for (const name of ["CDKTF_CONTEXT_JSON", "SYNTH_HCL_OUTPUT"]) delete process.env[name];
  try {
    return load(engine).synthesize(users, out);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new Failure(`cannot write ${out}: ${reason(error)}`, fix);
  }
}

type Synthesize = typeof import("../../fleet/synthesize");

/** Loaded here only: all other commands do without an engine. The second one is a copy that `npm run build` makes. */
function load(engine: EngineName): Synthesize {
  if (engine === "cdktf") return require("../../fleet/synthesize");
  return require("../../cdktn/fleet/synthesize");
}
