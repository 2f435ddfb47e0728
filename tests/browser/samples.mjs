// Looks at the expected pages of the console, the mailbox and /meg in Chromium: every page in every state that the samples know. It
// prints its findings as JSON.
//
// node samples.mjs FILE: the file is JSON. `pages` is the folder of the expected pages, `assets` that of the files that they name,
// `chromium` the program, and `at_once` the number of pages that are looked at beside each other.
import { createServer } from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import { launch, looks, looksAtWidth, settings } from './session.mjs';

const order = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const found = { failed: [], axe: [], wide: [], looked: 0 };
const TYPES = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', woff2: 'font/woff2', html: 'text/html; charset=utf-8' };

// A server, so that the browser keeps the style sheets between the pages. Nothing else is there.
const server = createServer((request, response) => {
  const [, kind, name] = request.url.match(/^\/(assets|pages)\/([\w.-]+)$/) ?? [];
  try {
    const body = readFileSync(`${order[kind]}/${name}`);
    const kept = kind === 'assets' ? 'max-age=3600, immutable' : 'no-store';
    response.writeHead(200, { 'content-type': TYPES[name.split('.').pop()], 'cache-control': kept }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}`;
const names = readdirSync(order.pages).filter((name) => name.endsWith('.html'));
const browser = await launch(order.chromium);

/** Looks at pages until none is left. */
async function worker(context, left) {
  const page = await context.newPage();
  for (let next = left.pop(); next; next = left.pop()) {
    const { name, where } = next;
    await page.goto(`${base}/pages/${name}`);
    // The pages of both languages have the same structure, so that axe-core looks at one of them.
    await (name.endsWith('.nb.html') ? looks : looksAtWidth)(page, where, found);
  }
  await page.close();
}

try {
  for (const [width, colorScheme] of [[1280, 'light'], [360, 'dark']]) {
    const context = await browser.newContext({ ...settings, viewport: { width, height: 900 }, colorScheme });
    const left = names.map((name) => ({ name, where: `${name} ${width} ${colorScheme}` })).reverse();
    await Promise.all(Array.from({ length: order.at_once ?? 3 }, () => worker(context, left)));
    await context.close();
  }
  // A telephone of the smallest kind, for the participant.
  const small = await browser.newContext({ ...settings, viewport: { width: 320, height: 600 } });
  const left = names.filter((name) => name.startsWith('meg'));
  const page = await small.newPage();
  for (const name of left) {
    await page.goto(`${base}/pages/${name}`);
    await looksAtWidth(page, `${name} 320`, found);
  }
} catch (error) {
  found.failed.push(String(error.stack ?? error));
}
await browser.close();
server.close();
console.log(JSON.stringify(found, null, 1));
