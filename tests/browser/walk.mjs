// Drives Chromium over the pages of a running hub, and prints its findings as JSON.
//
// node walk.mjs FILE: the file is JSON. `base` is the hub's address, and `setup` the address of a set-up link. `login`, `name` and
// `password` are those of the account that is made. `pages` are addresses to begin with, without the base. `chromium` is the
// program, and `shots` a folder for screenshots, or nothing.
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const order = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SIZES = [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']];
const found = { policy: [], axe: [], wide: [], script_off: [], failed: [], recovery: 0, looked: 0, pages: [] };

/** The code of an authenticator app (RFC 6238) for a secret in base32. */
function code(secret, at = Date.now()) {
  const bits = [...secret.replace(/\s|=/g, '').toUpperCase()]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, '0');
}

const browser = await chromium.launch({
  executablePath: order.chromium,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
const settings = { ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 } };
const context = await browser.newContext(settings);
const page = await context.newPage();
watch(page);

function watch(page) {
  page.on('console', (line) => {
    if (/content security policy|trusted type/i.test(line.text())) found.policy.push(`${page.url()}: ${line.text()}`);
  });
  page.on('pageerror', (error) => found.failed.push(`${page.url()}: ${error.message}`));
  page.on('response', (answer) => {
    if (answer.status() >= 500) found.failed.push(`${answer.url()}: ${answer.status()}`);
  });
}

async function send(page) {
  await Promise.all([page.waitForNavigation(), page.locator('main form button[type=submit]').first().click()]);
}

/** Looks at the page that is open, in each size and colour. */
async function looksInAllSizes(page, where) {
  for (const [width, colorScheme] of SIZES) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await looks(page, `${where} ${width} ${colorScheme}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

async function shot(page, name) {
  if (order.shots) await page.screenshot({ path: `${order.shots}/${name}.png`, fullPage: true });
}

/** Sets up the account of a link: a password, a second factor, and the recovery codes. */
async function setUp() {
  await page.goto(order.base + '/console/sign-in');
  await looksInAllSizes(page, 'sign-in');
  await shot(page, 'sign-in');
  await page.goto(order.base + order.setup);
  await looksInAllSizes(page, 'set-up');
  for (const [field, value] of [['login', order.login], ['name', order.name], ['password', order.password], ['again', order.password]]) {
    const input = page.locator(`main input[name=${field}]`);
    if (await input.count()) await input.fill(value);
  }
  await shot(page, 'set-up');
  await send(page);
  const secret = await page.locator('[data-secret]').first().innerText();
  await looksInAllSizes(page, 'enrol');
  await page.locator('main input[name=code]').fill('000000');
  await send(page);
  await looksInAllSizes(page, 'enrol with a wrong code');
  await page.locator('main input[name=code]').fill(code(secret));
  await send(page);
  await looksInAllSizes(page, 'recovery codes');
  found.recovery = await page.locator('[data-recovery] li').count();
  await page.locator('main a.ds-button').click();
  await page.waitForURL(/\/console$/);
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
    const links = await page.locator('a[href^="/console"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    for (const link of links) {
      if (/^\/console\/(language|sign-)/.test(link) || pages.has(shape(link))) continue;
      pages.set(shape(link), link);
      todo.push(link);
    }
  }
  return [...pages.values()];
}

async function looks(page, where) {
  found.looked += 1;
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  for (const v of result.violations) {
    found.axe.push(`${where}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.failureSummary ?? '').split('\n')[1]).join(' | ')}`);
  }
  const [has, may] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  if (has > may) found.wide.push(`${where}: ${has} > ${may}`);
}

try {
  if (order.shots) mkdirSync(order.shots, { recursive: true });
  await setUp();
  const state = await context.storageState();
  found.pages = await crawl(order.pages);
  for (const lang of ['nb', 'en']) {
    for (const [width, colorScheme] of SIZES) {
      const own = await browser.newContext({ ...settings, viewport: { width, height: 900 }, colorScheme, storageState: state });
      await own.addCookies([{ name: '__Host-bindeledd-lang', value: lang, url: order.base, secure: true }]);
      const page = await own.newPage();
      watch(page);
      for (const address of found.pages) {
        const where = `${address} ${lang} ${width} ${colorScheme}`;
        const answer = await page.goto(order.base + address);
        if (!answer.ok()) found.failed.push(`${where}: ${answer.status()}`);
        await looks(page, where);
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
