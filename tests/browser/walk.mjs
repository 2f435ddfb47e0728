// Drives Chromium over the pages of a running hub, and prints its findings as JSON.
//
// node walk.mjs FILE: the file is JSON. `base` is the hub's address, and `setup` the address of a set-up link. `login`, `name` and
// `password` are those of the account that is made. `pages` are addresses to begin with, without the base. `chromium` is the
// program, and `shots` a folder for screenshots, or nothing.
import { mkdirSync, readFileSync } from 'node:fs';
import { SIZES, launch, looks, looksInAllSizes, setUp, settings, watch } from './session.mjs';

const order = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const found = { policy: [], axe: [], wide: [], script_off: [], failed: [], recovery: 0, looked: 0, pages: [] };

const browser = await launch(order.chromium);
const context = await browser.newContext(settings);
const page = await context.newPage();
watch(page, found);

async function shot(page, name) {
  if (order.shots) await page.screenshot({ path: `${order.shots}/${name}.png`, fullPage: true });
}

/** Returns an address without what names one thing, so that one message stands for all. */
const shape = (address) => address.replace(/[?#].*$/, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '*').replace(/BL-\d+/, '*');

/** Follows the links of the console from its first page, and returns one address of each kind of page. */
async function crawl(from) {
  const todo = [...from];
  const pages = new Map(todo.map((address) => [shape(address), address]));
  while (todo.length) {
    const answer = await page.goto(order.base + todo.shift());
    if (!answer.ok()) continue;
    const links = await page.locator('a[href^="/console"]:not([download])').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    for (const link of links) {
      if (/^\/console\/(language|sign-)/.test(link) || pages.has(shape(link))) continue;
      pages.set(shape(link), link);
      todo.push(link);
    }
  }
  return [...pages.values()];
}

try {
  if (order.shots) mkdirSync(order.shots, { recursive: true });
  const seen = async (name) => {
    await looksInAllSizes(page, name, found);
    await shot(page, name);
  };
  await page.goto(order.base + '/console/sign-in');
  await seen('sign-in');
  found.recovery = await setUp(page, order, seen);
  const state = await context.storageState();
  found.pages = await crawl(order.pages);
  for (const lang of ['nb', 'en']) {
    for (const [width, colorScheme] of SIZES) {
      const own = await browser.newContext({ ...settings, viewport: { width, height: 900 }, colorScheme, storageState: state });
      await own.addCookies([{ name: '__Host-bindeledd-lang', value: lang, url: order.base, secure: true }]);
      const page = await own.newPage();
      watch(page, found);
      for (const address of found.pages) {
        const where = `${address} ${lang} ${width} ${colorScheme}`;
        const answer = await page.goto(order.base + address);
        if (!answer.ok()) found.failed.push(`${where}: ${answer.status()}`);
        await looks(page, where, found);
        if (order.shots && colorScheme === 'light' && lang === 'nb') {
          await shot(page, `${shape(address).replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '')}-${width}`);
        }
      }
      await own.close();
    }
  }
  const off = await browser.newContext({ ...settings, javaScriptEnabled: false, storageState: state });
  const still = await off.newPage();
  for (const address of found.pages) {
    const answer = await still.goto(order.base + address);
    const words = answer.ok() ? (await still.locator('main').innerText()).trim() : '';
    const heading = await still.locator('h1').count();
    if (words.length < 20 || heading !== 1) found.script_off.push(`${address}: ${answer.status()}, ${heading} headings, ${words.length} characters`);
  }
} catch (error) {
  found.failed.push(String(error.stack ?? error));
  if (order.shots) {
    await shot(page, 'failed').catch(() => {});
  }
  found.failed.push(await page.locator('body').innerText().catch(() => ''));
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
