import type { Card, PageData } from "../../registration/card";

/**
 * The data that stands in the page.
 *
 * @throws Error if it is not what this page was made with
 */
export function readData(): PageData {
  const value: unknown = JSON.parse(document.getElementById("registration")?.textContent ?? "");
  if (!isObject(value) || !Array.isArray(value["cards"]) || typeof value["code"] !== "string")
    throw new Error();
  if (value["cards"].length === 0 || !value["cards"].every(isCard)) throw new Error();
  return { cards: value["cards"], code: value["code"] };
}

function isCard(value: unknown): value is Card {
  if (!isObject(value)) return false;
  const { role, proof } = value;
  const areTexts = (names: readonly string[]) => names.every((name) => typeof value[name] === "string");
  const areMissingOrTexts = (names: readonly string[]) =>
    names.every((name) => value[name] === undefined || typeof value[name] === "string");
  return (
    areTexts(["username", "custody", "publicKey", "fingerprint", "seal"]) &&
    areMissingOrTexts(["stack", "workspace", "keyStatus", "objection"]) &&
    (role === "operator" || role === "administrator") &&
    Number.isInteger(value["generation"]) &&
    [value["groups"], value["accountRules"], value["adminRules"]].every(isListOfTexts) &&
    (proof === undefined ||
      (isObject(proof) && typeof proof["message"] === "string" && typeof proof["signature"] === "string"))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isListOfTexts = (value: unknown) =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
