// The browser of a person: it starts, signs in with a second factor, and notes what the pages report.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const settings = { ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 }, locale: 'nb-NO' };

/** The code of an authenticator app (RFC 6238) for a secret in base32. */
export function code(secret, at = Date.now()) {
  const bits = [...secret.replace(/\s|=/g, '').toUpperCase()]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, '0');
}

/** Starts the browser. */
export const launch = (program) => chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });

/** Notes reports of the policy, faults of scripts and failures of the hub in `found`. */
export function watch(page, found) {
  page.on('console', (line) => {
    if (/content security policy|trusted type/i.test(line.text())) found.policy.push(`${page.url()}: ${line.text()}`);
  });
  page.on('pageerror', (error) => found.failed.push(`${page.url()}: ${error.message}`));
  page.on('response', (answer) => {
    if (answer.status() >= 500) found.failed.push(`${answer.url()}: ${answer.status()}`);
  });
}

export const SIZES = [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Lets every page of a context have axe-core, so that it is not sent to each. */
export const withAxe = (context) => context.addInitScript(axe);

/** Looks at the page that is open, as it is. */
export async function looks(page, where, found) {
  found.looked += 1;
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  // The findings leave the browser, and not the whole result.
  const violations = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    const place = (node) => `${node.target.join(' ')} ${(node.failureSummary ?? '').split('\n')[1]}`;
    return result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map(place).join(' | ')}`);
  });
  found.axe.push(...violations.map((violation) => `${where}: ${violation}`));
  await looksAtWidth(page, where, found);
}

/** Notes whether the page that is open is wider than its window. */
export async function looksAtWidth(page, where, found) {
  const [has, may] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  if (has > may) found.wide.push(`${where}: ${has} > ${may}`);
}

/** Looks at the page that is open, in each size and colour. */
export async function looksInAllSizes(page, where, found) {
  for (const [width, colorScheme] of SIZES) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await looks(page, `${where} ${width} ${colorScheme}`, found);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Sends the page's form. */
export async function send(page) {
  await Promise.all([page.waitForNavigation(), page.locator('main form button[type=submit]').first().click()]);
}

/** Sends the page's form by a double click, as some persons click everything. */
async function sendTwice(page) {
  await Promise.all([page.waitForNavigation(), page.locator('main form button[type=submit]').first().dblclick()]);
}

/** Sets up the account of a link, calls `seen` at each page, and returns the number of recovery codes. */
export async function setUp(page, order, seen = async () => {}) {
  await page.goto(order.base + order.setup);
  await seen('set-up');
  for (const [field, value] of [['login', order.login], ['name', order.name], ['password', order.password], ['again', order.password]]) {
    const input = page.locator(`main input[name=${field}]`);
    if (await input.count()) await input.fill(value);
  }
  await send(page);
  const secret = await page.locator('[data-secret]').first().innerText();
  await seen('enrol');
  await page.locator('main input[name=code]').fill('000000');
  await send(page);
  await seen('enrol with a wrong code');
  await page.locator('main input[name=code]').fill(code(secret));
  // The recovery codes are shown once, and a second click must not lose them.
  await sendTwice(page);
  await seen('recovery codes');
  const recovery = await page.locator('[data-recovery] li').count();
  await page.locator('main a.ds-button').click();
  await page.waitForURL(/\/console(\/account|\/openings)?$|\/mailbox$/);
  return recovery;
}
