// Looks at the expected pages of the console, the mailbox and /meg in Chromium: every page in every state that the samples know. It
// prints its findings as JSON.
//
// node samples.mjs FILE: the file is JSON. `pages` is the folder of the expected pages, `assets` that of the files that they name,
// `chromium` the program, and `at_once` the number of pages that are looked at beside each other.
import { createServer } from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import { launch, looks, looksAtWidth, settings, withAxe } from './session.mjs';

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

/** Looks at pages, several beside each other. A page is loaded once, and takes each size and colour. */
async function lookAt(names, look, sizes) {
  const context = await browser.newContext(settings);
  if (look === looks) await withAxe(context);
  const left = [...names].reverse();
  const worker = async () => {
    const page = await context.newPage();
    for (let name = left.pop(); name; name = left.pop()) {
      await page.goto(`${base}/pages/${name}`);
      for (const [width, colorScheme] of sizes) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await look(page, `${name} ${width} ${colorScheme}`, found);
      }
    }
  };
  await Promise.all(Array.from({ length: order.at_once ?? 3 }, worker));
  await context.close();
}

const BOTH = [[1280, 'light'], [360, 'dark']];
try {
  // The pages of all languages have the same structure, so that axe-core looks at one of them.
  const [bokmal, others] = [true, false].map((is) => names.filter((name) => name.endsWith('.nb.html') === is));
  const isOwn = (name) => name.startsWith('meg');
  await lookAt(bokmal, looks, BOTH);
  await lookAt(others, looksAtWidth, BOTH);
  // A telephone of the smallest kind, for the participant.
  await lookAt(names.filter(isOwn), looksAtWidth, [[320, 'light']]);
} catch (error) {
  found.failed.push(String(error.stack ?? error));
}
await browser.close();
server.close();
console.log(JSON.stringify(found, null, 1));
