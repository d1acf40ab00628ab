// Preloaded into a command: what it reads never comes, and nothing is left to wait for.
require("node:fs/promises").readFile = () => new Promise(() => {});
