// Looks at the expected pages of the console in Chromium: every page in every state that the samples know. It prints its findings as
// JSON.
//
// node samples.mjs FILE: the file is JSON. `pages` is the folder of the expected pages, `assets` that of the files that they name, and
// `chromium` the program.
import { readFileSync, readdirSync } from 'node:fs';
import { launch, looks, looksAtWidth, settings } from './session.mjs';

const order = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const found = { failed: [], axe: [], wide: [], looked: 0 };
const TYPES = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', woff2: 'font/woff2', html: 'text/html; charset=utf-8' };

/** Answers with the files that the page names. Nothing else is there. */
async function answer(route) {
  const path = new URL(route.request().url()).pathname;
  const [, kind, name] = path.match(/^\/(assets|pages)\/([\w.-]+)$/) ?? [];
  if (!kind) return route.fulfill({ status: 404 });
  await route.fulfill({ body: readFileSync(`${order[kind]}/${name}`), contentType: TYPES[name.split('.').pop()] });
}

const browser = await launch(order.chromium);
try {
  for (const [width, colorScheme] of [[1280, 'light'], [360, 'dark']]) {
    const context = await browser.newContext({ ...settings, viewport: { width, height: 900 }, colorScheme });
    await context.route('**/*', answer);
    const page = await context.newPage();
    for (const name of readdirSync(order.pages).filter((name) => name.endsWith('.html'))) {
      await page.goto(`https://samples.invalid/pages/${name}`);
      const where = `${name} ${width} ${colorScheme}`;
      // The pages of both languages have the same structure, so that axe-core looks at one of them.
      await (name.endsWith('.nb.html') ? looks : looksAtWidth)(page, where, found);
    }
    await context.close();
  }
} catch (error) {
  found.failed.push(String(error.stack ?? error));
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
