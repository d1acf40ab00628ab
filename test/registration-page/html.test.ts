import { createHash } from "node:crypto";
import type { PageData } from "../../registration/card";
import { checkCard, checkSealedCard, Duplicates, problemOfPage } from "../../registration/check";
import { bundlePage } from "../../registration-page/bundle";
import { embedded, pageOf } from "../../registration-page/html";
import { pageDataOf, sample } from "../support/page-users";

const samples = [sample("settlement bot"), sample("account opener", { role: "administrator" })];
const data = pageDataOf(samples);
const assets = bundlePage();
const page = pageOf(data, assets);

describe("the page is one file that fetches and sends nothing", () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";

  test("its policy allows the script and the style that are in it, by their digests, and nothing else", () => {
    const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [, script = ""] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${digest(script)}`,
      `style-src ${digest(style)}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  test("it has no address, no handler in an attribute, no eval", () => {
    expect(page).not.toMatch(/<[^>]*\s(?:on\w+|src|action)=/i);
    expect(assets.style).not.toMatch(/url\(|@import/);
    expect(assets.script).not.toMatch(
      /\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|fetch\(/,
    );
  });

  test("its policy comes before anything that it is to hold for", () => {
    expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.search(/<style|<script|<link/));
  });

  test("same input, same bytes", () => {
    expect(bundlePage()).toEqual(assets);
    expect(pageOf(pageDataOf(samples), assets)).toBe(page);
  });

  test("without its script it shows a warning and no key", () => {
    const visible = page.replace(/<(script|style)[\s\S]*?<\/\1>/g, "");
    expect(visible).toContain("Stop.");
    for (const { entry } of samples) expect(visible).not.toContain(entry.publicKey);
  });
});

test("no text of the registration can end the element that it stands in", () => {
  const nasty = "</script><script>alert(1)</script><!-- \u2028\u2029 & ]]>";
  const [card] = data.cards;
  if (!card) throw new Error("no card");
  const tricky: PageData = { ...data, cards: [{ ...card, groups: [nasty] }] };
  const text = embedded(tricky);
  expect(text).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(tricky)));
  expect(pageOf(tricky, assets).match(/<script/g)).toHaveLength(2);
});

describe("the check of a card", () => {
  const [first, second] = data.cards;
  if (!first || !second) throw new Error("no cards");
  const stateOf = (card: typeof first) => checkSealedCard(card, new Duplicates([card])).state;

  test("says proved with a proof, consistent without one", () => {
    expect(stateOf(first)).toBe("proved");
    expect(stateOf({ ...first, proof: undefined })).toBe("consistent");
  });

  test.each([
    ["username", "settlement b0t"],
    ["role", "administrator"],
    ["workspace", "acme-test"],
    ["stack", "acme-prod-other"],
    ["custody", "kms"],
    ["generation", 2],
    ["keyStatus", "awaiting key"],
    ["groups", ["Everyone"]],
    ["accountRules", []],
    ["adminRules", ["All"]],
    ["publicKey", second.publicKey],
    ["fingerprint", second.fingerprint],
    ["proof", second.proof],
    ["objection", "mismatch"],
    ["seal", second.seal],
  ])("says wrong when %s is another", (name, value) => {
    expect(stateOf({ ...first, [name]: value })).toBe("wrong");
  });

  test("says wrong of two users with one key, and of a user that is there twice", () => {
    const twin = { ...first, username: "sweep bot" };
    expect(checkCard(first, new Duplicates([first, twin])).findings).toContainEqual(
      expect.objectContaining({ state: "wrong", text: expect.stringContaining("sweep bot") }),
    );
    expect(checkCard(first, new Duplicates([first, { ...first }])).state).toBe("wrong");
  });

  test("of the whole page finds a user that was taken out or added, whatever the order", () => {
    expect(problemOfPage(data)).toBeUndefined();
    expect(problemOfPage({ ...data, cards: [second, first] })).toBeUndefined();
    expect(problemOfPage({ ...data, cards: [first] })).toContain("changed");
    expect(problemOfPage({ ...data, cards: [first, second, second] })).toContain("changed");
  });
});
