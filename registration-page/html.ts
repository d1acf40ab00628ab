/** The registration page: one HTML file that needs nothing else, and shows only what it has checked. */
import { createHash } from "node:crypto";
import { escapedInJson } from "../messages/safe-text";
import type { PageData } from "../registration/card";

/** What `npm run build` bundles: see build.ts. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * The page. Its body is a warning, and the script replaces it by the cards: a script that was changed,
 * cut off or not allowed to run leaves the warning, never a card.
 *
 * Same data, same bytes.
 */
export function pageOf(data: PageData, { script, style }: PageAssets): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
<link rel="icon" href="data:,">
<title>Registration of API users</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Registration of API users</h1>
<p class="banner wrong" role="alert"><strong>Stop.</strong> This page has not checked itself, so it shows no keys. Either scripts are not allowed
where you opened it (open the file in a browser), or it was changed. Then register nobody, and ask for a new one.</p>
</main>
<script type="application/json" id="registration">${embedded(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * Nothing is fetched and nothing is sent; only the script and the style with these digests run; no handler in an attribute
 * runs, and no text becomes code or markup.
 */
function policyOf(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(style)}'`,
    "img-src data:", // the empty icon, so that a browser does not ask a server for one
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

const digestOf = (text: string) => `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;

/** JSON that cannot end the script element or be read as markup, and that a terminal shows as it is, whatever texts are in it. */
export function embedded(data: PageData): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return escapedInJson(JSON.stringify(data)).replace(/[<>&]/g, escaped);
}
