/**
 * Runs in the child process of one invocation: loads the function's handler, as AWS Lambda's Node runtime does, and
 * calls it with the event from standard input. It answers on file descriptor 4, a line of JSON each: first
 * `{"ready":true}` once the handler is loaded, then `{"result":…}` or `{"error":…}`.
 *
 * A function sends its requests to AWS by https, as in Lambda, and refuses to send them elsewhere. Here, those to AWS's own hosts arrive at
 * the embedded AWS, whose address is the first argument.
 *
 * Plain JavaScript, because a compiler in between would make each invocation a third of a second longer.
 */
import { existsSync, writeSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const { hostname: host, port } = new URL(process.argv[2]);
const { request } = https;
https.request = (options, ...rest) => {
  if (!/(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(options.host)) return request(options, ...rest);
  const headers = { ...options.headers, host: `${host}:${port}` };
  return http.request({ ...options, protocol: "http:", host, port, headers, agent: undefined }, ...rest);
};

const require = createRequire(import.meta.url);

function answer(message) {
  writeSync(4, `${JSON.stringify(message)}\n`);
}

/** The form in which Lambda hands an error to the caller. */
function errorOf(cause) {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  return {
    errorType: cause instanceof Error ? error.name : typeof cause,
    errorMessage: error.message,
    trace: (error.stack ?? "").split("\n"),
  };
}

function runtimeError(errorType, errorMessage) {
  return Object.assign(new Error(errorMessage), { name: errorType });
}

async function loadHandler() {
  const [, file, name] = /^(.+)\.([^.]+)$/.exec(process.env._HANDLER) ?? [];
  const path = [".js", ".mjs", ".cjs"]
    .map((extension) => join(process.env.LAMBDA_TASK_ROOT, `${file}${extension}`))
    .find(existsSync);
  if (path === undefined)
    throw runtimeError("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  // As Lambda does. To import what is required takes a fifth of an invocation.
  const module = path.endsWith(".mjs") ? await import(pathToFileURL(path).href) : require(path);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== "function") {
    throw runtimeError("Runtime.HandlerNotFound", `${process.env._HANDLER} is undefined or not exported`);
  }
  return handler;
}

async function main() {
  const { event, context } = JSON.parse(await text(process.stdin));
  const handler = await loadHandler();
  answer({ ready: true });
  const deadline = Date.now() + context.timeoutMs;
  return handler(event, {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  });
}

main().then(
  (result) => {
    answer({ result: result ?? null });
    process.exit(0);
  },
  (error) => {
    console.error(error);
    answer({ error: errorOf(error) });
    process.exit(0);
  },
);
