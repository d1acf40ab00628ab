import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { fingerprint, formatFingerprint } from "../../keys";
import { type Card, type PageData, pageCodeOf, sealOf } from "../../registration/card";
import { bundlePage } from "../../registration-page/bundle";
import { pageOf } from "../../registration-page/html";
import { launch, open } from "../support/e2e/chromium";
import { pageDataOf, sample } from "../support/page-users";

jest.setTimeout(120_000);

const samples = [
  sample("settlement bot"),
  sample("sweep bot"),
  sample("account opener", { role: "administrator" }),
];
const data = pageDataOf(samples);
const assets = bundlePage();
const good = pageOf(data, assets);
const stranger = sample("stranger");

let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "registration-page-"));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
function opened(html: string, options?: Parameters<typeof open>[2]) {
  const file = join(folder, `${++files}.html`);
  writeFileSync(file, html);
  return open(browser, file, options);
}

/** What the page says at the top, once it has checked every user. */
async function verdict(page: Page): Promise<{ state: string; text: string }> {
  await page.locator(".banner.checking, .card:not([data-state])").first().waitFor({ state: "detached" });
  const banner = page.locator(".banner");
  const state = (await banner.getAttribute("class"))?.replace("banner ", "") ?? "";
  return { state, text: await banner.innerText() };
}

const card = (page: Page, name: string) =>
  page.locator("details", { has: page.locator("h2", { hasText: name }) });

describe("a page as it was made", () => {
  test("says that all is well, and what it cannot know", async () => {
    const { page, requests, complaints } = await opened(good);
    expect(await verdict(page)).toMatchObject({
      state: "proved",
      text: expect.stringContaining("All 3 users check out"),
    });
    const code = await page.locator(".code .groups").textContent();
    expect(code?.trim()).toBe(formatFingerprint(data.code));
    expect(requests).toHaveLength(1); // itself
    expect(complaints).toEqual([]);
  });

  test("without proofs says so, and is not green", async () => {
    const { page } = await opened(pageOf(pageDataOf(samples, false), assets));
    expect(await verdict(page)).toMatchObject({
      state: "consistent",
      text: expect.stringContaining("No private keys have signed"),
    });
  });

  test("of npm start says PRACTICE in the largest letters, above all and on each card", async () => {
    const { page } = await opened(pageOf(pageDataOf([sample("trial bot", { practice: true })]), assets));
    expect(await verdict(page)).toMatchObject({ state: "proved" });
    expect(await page.locator("main > :first-child").innerText()).toMatch(
      /^PRACTICE\n+These keys are in the AWS/,
    );
    const sizes = await page.evaluate<number[]>(
      "[...document.querySelectorAll('h1, h2, .practice strong')].map((each) => parseFloat(getComputedStyle(each).fontSize))",
    );
    const sign = await page.evaluate<number>(
      "parseFloat(getComputedStyle(document.querySelector('.practice strong')).fontSize)",
    );
    expect(Math.max(...sizes)).toBe(sign);
    expect(sign).toBeGreaterThan(60);
    expect(await card(page, "trial bot").locator("h2").innerText()).toMatch(/^PRACTICE/);
    const other = await opened(good);
    expect(await other.page.locator("body").innerText()).not.toMatch(/practice/i);
  });

  test("of one user is open from the start", async () => {
    const { page } = await opened(pageOf(pageDataOf(samples.slice(0, 1)), assets));
    expect(await verdict(page)).toMatchObject({ state: "proved" });
    expect(await page.locator(".publicKey").innerText()).toBe(samples[0]?.entry.publicKey);
    expect(await page.locator("#search").count()).toBe(0);
  });

  test("shows the key, its fingerprint in groups of four, and each role's own steps", async () => {
    const { page } = await opened(good);
    for (const { entry } of samples) {
      const shown = card(page, entry.username);
      await shown.locator("summary").click();
      expect(await shown.locator(".publicKey").innerText()).toBe(entry.publicKey);
      const groups = await shown.locator(".groups span").allInnerTexts();
      expect(groups.join(" ")).toBe(formatFingerprint(fingerprint(entry.publicKey)));
    }
    expect(await card(page, "settlement bot").innerText()).toContain("Operator - Via Self Managed Key Pair");
    expect(await card(page, "account opener").innerText()).toMatch(/can only make read-only requests/);
  });

  test("copies user name and public key, and says so", async () => {
    const { page } = await opened(good);
    const shown = card(page, "settlement bot");
    await shown.locator("summary").click();
    const clipboard = () => page.evaluate<string>("navigator.clipboard.readText()");
    const button = shown.getByRole("button", { name: "Copy the public key" });
    await button.click();
    await expectText(button, "Copied ✓");
    expect(await clipboard()).toBe(samples[0]?.entry.publicKey);
    expect(await page.locator("body > .unseen").textContent()).toBe(
      "Copied the public key of settlement bot.",
    );
    const other = shown.getByRole("button", { name: "Copy the user name" });
    await other.click();
    await expectText(other, "Copied ✓");
    expect(await page.locator("body > .unseen").textContent()).toContain("user name");
    expect(await clipboard()).toBe("settlement bot");
    await expectText(button, "Copy"); // again, after a while
  });

  test.each([
    ["SETTLEMENT B", ["settlement bot", "sweep bot"]],
    ["sweep", ["sweep bot"]],
    ["bot", ["settlement bot", "sweep bot"]],
    ["create client", ["account opener"]],
    ["bot eur", ["settlement bot", "sweep bot"]],
    ["nobody", []],
    ["", ["settlement bot", "sweep bot", "account opener"]],
  ])("finds %j", async (wanted, found) => {
    const { page } = await opened(good);
    await page.locator("#search").fill(wanted);
    expect(await page.locator("details:visible h2").allInnerTexts()).toEqual(found);
    expect(await page.locator(".count").innerText()).toContain(
      wanted === "" ? "3 users" : `${found.length} of 3 users`,
    );
  });

  test("finds a fingerprint as people read it", async () => {
    const { page } = await opened(good);
    const wanted = formatFingerprint(fingerprint(samples[1]?.entry.publicKey ?? "")).slice(0, 14);
    await page.locator("#search").fill(wanted);
    expect(await page.locator("details:visible h2").allInnerTexts()).toEqual(["sweep bot"]);
  });

  test("prints every card in full, and is afterwards as it was", async () => {
    const { page } = await opened(good);
    await verdict(page);
    await page.evaluate(`window.dispatchEvent(new Event("beforeprint"))`);
    expect(await page.locator("details[open] .publicKey").count()).toBe(3);
    await page.evaluate(`window.dispatchEvent(new Event("afterprint"))`);
    expect(await page.locator("details[open]").count()).toBe(0);
  });
});

async function expectText(locator: ReturnType<Page["locator"]>, text: string): Promise<void> {
  await locator.filter({ hasText: new RegExp(`^${text}$`) }).waitFor();
}

/** The page with a change in its first card, as somebody makes it who has the file and a text editor. */
function changed(change: Partial<Record<keyof Card, unknown>>, more: Partial<PageData> = {}): string {
  const [first, ...others] = data.cards;
  return pageOf({ ...data, cards: [{ ...first, ...change } as Card, ...others], ...more }, assets);
}

const [first, second] = data.cards as [Card, Card];
const { proof: strangersProof, entry: strangersEntry } = stranger;
const strangersKey = strangersEntry.publicKey;

describe("a page that was tampered with shows red, at the top and on the card, and no key to copy", () => {
  const flipped = `${first.publicKey.slice(0, -1)}${first.publicKey.endsWith("0") ? "1" : "0"}`;
  test.each([
    ["a changed key", { publicKey: flipped }, "not a point on the curve"],
    ["another key", { publicKey: strangersKey }, "fingerprint is not that"],
    [
      "another key and fingerprint",
      { publicKey: strangersKey, fingerprint: fingerprint(strangersKey) },
      "for another public key",
    ],
    ["a changed fingerprint", { fingerprint: "0".repeat(64) }, "fingerprint is not that"],
    ["another user's proof", { proof: second.proof }, "for another public key"],
    [
      "another signature",
      { proof: { ...first.proof, signature: second.proof?.signature } },
      "not made by this key",
    ],
    [
      "a signature of another text",
      { proof: { ...first.proof, message: "an approval" } },
      "not a proof of possession",
    ],
    ["a changed name", { username: "settlement b0t" }, "were changed"],
    ["a changed role", { role: "administrator" }, "were changed"],
    ["a rule more", { accountRules: ["EUR settlement", "Cold storage"] }, "were changed"],
    ["what verify found", { objection: "mismatch: they were swapped" }, "they were swapped"],
  ])("%s", async (_, change, said) => {
    const { page, complaints } = await opened(changed(change));
    const { state, text } = await verdict(page);
    expect(state).toBe("wrong");
    expect(text).toContain("Stop. Register nobody from this page.");
    await page.locator(".banner .link").click();
    const shown = page.locator('details[data-state="wrong"]');
    expect(await shown.count()).toBe(1);
    expect(await shown.innerText()).toContain(said);
    expect(await shown.innerText()).toContain("Do not register this user");
    expect(await shown.locator("button, .publicKey").count()).toBe(0);
    expect(await page.locator('details[data-state="proved"]').count()).toBe(2);
    expect(complaints).toEqual([]);
    const background = await page.evaluate(
      `getComputedStyle(document.querySelector(".banner")).backgroundColor`,
    );
    expect(background).toBe("rgb(179, 18, 29)");
  });

  test("proofs of two users that were swapped: both", async () => {
    const [a, b, ...rest] = data.cards as [Card, Card];
    const cards = [{ ...a, proof: b.proof }, { ...b, proof: a.proof }, ...rest];
    const { page } = await opened(pageOf({ ...data, cards }, assets));
    expect(await verdict(page)).toMatchObject({
      state: "wrong",
      text: expect.stringContaining("2 users do not check out"),
    });
  });

  test("a user who was taken out", async () => {
    const { page } = await opened(pageOf({ ...data, cards: data.cards.slice(1) }, assets));
    expect(await verdict(page)).toMatchObject({
      state: "wrong",
      text: expect.stringContaining("The page was changed"),
    });
  });

  test("a card made anew around another key, with its proof and its seal: the page's code is not what it was", async () => {
    const facts = { ...first, publicKey: strangersKey, fingerprint: fingerprint(strangersKey) };
    const forged = { ...facts, proof: strangersProof, seal: sealOf(facts) };
    const { page } = await opened(changed(forged));
    expect(await verdict(page)).toMatchObject({
      state: "wrong",
      text: expect.stringContaining("The page was changed"),
    });
    // And with a new code, which a page cannot know: the code that people compare is another.
    const cards = [forged, ...data.cards.slice(1)];
    const whole = await opened(pageOf({ cards, code: pageCodeOf(cards) }, assets));
    expect(await verdict(whole.page)).toMatchObject({ state: "proved" });
    const code = await whole.page.locator(".code .groups").textContent();
    expect(code?.trim()).not.toBe(formatFingerprint(data.code));
  });

  test.each([
    ["data that were cut off", good.replace(/(id="registration">.{80})[^<]*/, "$1")],
    ["data of another shape", good.replace('"role":"operator"', '"role":{}')],
  ])("%s", async (_, html) => {
    expect(html).not.toBe(good);
    const { page } = await opened(html);
    expect(await page.locator(".banner.wrong").innerText()).toContain("Stop.");
    expect(await page.locator("details").count()).toBe(0);
  });
});

describe("what was put into the page beside its data", () => {
  test("a changed script does not run: the warning stays, and no key is shown", async () => {
    const { page, complaints } = await opened(
      good.replace('"Stop. Register nobody from this page."', '"All is well."'),
    );
    expect(await page.locator(".banner.wrong").innerText()).toContain("has not checked itself");
    expect(await page.locator("details").count()).toBe(0);
    expect(complaints.join()).toContain("Content Security Policy");
  });

  test("another script, a handler, a style and an image from elsewhere do nothing, and what was written is gone", async () => {
    const added = `<script>document.title = "owned"</script><img src="https://evil.example/x.png" onerror="document.title='owned'">
      <div style="position:fixed;inset:0;background:#fff">Enter 04666 instead</div><style>.banner{display:none}</style></body>`;
    const { page, requests } = await opened(good.replace("</body>", added));
    expect(await verdict(page)).toMatchObject({ state: "proved" });
    expect(await page.title()).toBe("Registration of API users");
    expect(await page.locator("body").innerText()).not.toContain("04666");
    expect(await page.locator(".banner").isVisible()).toBe(true);
    expect(requests).toHaveLength(1); // itself
  });

  test("texts of the registration are shown as texts", async () => {
    const nasty = '</script><img src=x onerror="document.title=1"> \u202egnirts';
    const made = pageDataOf([sample("nasty <b>bot</b>", { groups: [nasty] })]);
    const { page, complaints } = await opened(pageOf(made, assets));
    expect(await verdict(page)).toMatchObject({ state: "proved" });
    expect(await page.locator("h2", { hasText: "nasty <b>bot</b>" }).count()).toBe(1);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("main").innerText()).toContain("</script><img src=x");
    expect(await page.locator("main").innerText()).not.toContain("\u202e");
    expect(complaints).toEqual([]);
  });
});

describe("500 users", () => {
  test("are all shown, checked and found", async () => {
    const many = pageDataOf(Array.from({ length: 500 }, (_, i) => sample(`user ${i}`)));
    const { page, complaints } = await opened(pageOf(many, assets));
    expect(await page.locator("details").count()).toBe(500);
    await page.locator("#search").fill("user 49");
    expect(await page.locator("details:visible").count()).toBe(15); // 49, 149, 249, 349, 449 and 490 to 499
    expect(await verdict(page)).toMatchObject({
      state: "proved",
      text: expect.stringContaining("All 500 users"),
    });
    expect(complaints).toEqual([]);
  });
});

describe("axe finds no accessibility fault", () => {
  const pages = {
    good,
    "tampered with": changed({ publicKey: strangersKey }),
    "without its script": good.replace(/<script>[\s\S]*<\/script>/, ""),
  };
  test.each(
    Object.entries(pages).flatMap(([name, html]) =>
      // Colours and layout have faults of their own: each once is enough.
      [["light", 1000] as const, ["dark", 360] as const].map(
        ([scheme, width]) => [name, scheme, width, html] as const,
      ),
    ),
  )("in the page that is %s, %s, %d pixels wide", async (name, colorScheme, width, html) => {
    const { page } = await opened(html, { colorScheme, width, bypassCSP: true });
    if (name !== "without its script") {
      await verdict(page);
      for (const summary of await page.locator("summary").all()) await summary.click();
    }
    // With an own document for each run: what stands in a closed card has no contrast to be measured.
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html: found }) => found)])).toEqual([]);
    const isTooWide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth");
    expect(isTooWide).toBe(false);
  });
});
