// Stands for node:child_process in the project `fast`.

function refused(): never {
  throw new Error(
    "a fast test starts no process: name its file *.process.test.ts, or run the command by ledgerApiUser",
  );
}

export const exec = refused;
export const execFile = refused;
export const execFileSync = refused;
export const execSync = refused;
export const fork = refused;
export const spawn = refused;
export const spawnSync = refused;
