/**
 * What synthesis needs beside this package, 380 MB that most commands do without: optional peers. An engine and its bindings of
 * the AWS provider, in the versions that this package is tested with (`npm run engines`).
 */
export type EngineName = "cdktf" | "cdktn";

export type Packages = Readonly<Record<string, string>>;

/** In the order in which `synth` looks for them. */
export const ENGINES: Readonly<Record<EngineName, Packages>> = {
  cdktf: { cdktf: "0.21.0", constructs: "10.7.2", "@cdktf/provider-aws": "20.1.0" },
  cdktn: { cdktn: "0.24.0", constructs: "10.7.2", "@cdktn/provider-aws": "25.7.0" },
};

/** The first engine that can be found from here, with all that it needs. */
export function installedEngine(): EngineName | undefined {
  const names = Object.keys(ENGINES) as EngineName[];
  return names.find((name) => missing(ENGINES[name]).length === 0);
}

/** The packages that are not found, as `npm install` takes them. */
export function missing(packages: Packages): string[] {
  return Object.entries(packages)
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
