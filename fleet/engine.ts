/**
 * What synthesis needs beside this package, 380 MB that most commands do without: peers, which `npm install --omit=peer`
 * leaves out. Pinned to the versions that this package is tested with.
 */
const NAMES = ["cdktf", "constructs", "@cdktf/provider-aws"] as const;

/** Each of them with its version. */
export function enginePackages(): readonly (readonly [name: string, version: string])[] {
  const { devDependencies } = require("cdktf-ledger-api-user/package.json");
  return NAMES.map((name) => [name, devDependencies[name]]);
}

/** Those that cannot be found from here, as `npm install` takes them. */
export function missingEnginePackages(): string[] {
  return enginePackages()
    .filter(([name]) => !isInstalled(name))
    .map(([name, version]) => `${name}@${version}`);
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
