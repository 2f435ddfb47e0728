// What the days of persons have in common: clicks that are counted, pages that are looked at in every size, and paper.
import { readFileSync } from 'node:fs';
import { code, launch, looks, looksInAllSizes, send, settings, SIZES, watch } from './session.mjs';

/** A browser for one day. `order` is the test's, and `found` what the day finds. */
export class Day {
  constructor(browser, order) {
    this.browser = browser;
    this.order = order;
    this.found = { policy: [], failed: [], axe: [], wide: [], script_off: [], told: [], clicks: {}, said: [], looked: 0 };
    this.clicks = 0;
    this.phase = 'set-up';
  }

  /** Begins the day that the file on the command line orders. */
  static async begin() {
    const order = JSON.parse(readFileSync(process.argv[2], 'utf8'));
    return new Day(await launch(order.chromium), order);
  }

  /** Opens a page in a context of its own, with the context's settings. */
  async open(more = {}) {
    const context = await this.browser.newContext({ ...settings, ...more });
    const page = await context.newPage();
    page.setDefaultTimeout(20000);
    watch(page, this.found);
    return page;
  }

  told(is, what) { if (!is) this.found.told.push(what); }

  /** Clicks what leads to another page, and waits for it. */
  async click(page, target) {
    this.clicks += 1;
    const from = await page.evaluate(() => performance.timeOrigin);
    await target.click();
    await page.waitForFunction((from) => performance.timeOrigin !== from && document.readyState === 'complete', from);
  }

  async shot(page, name) {
    if (this.order.shots) await page.screenshot({ path: `${this.order.shots}/day-${name}.png`, fullPage: true });
  }

  /** Looks at a page in all sizes and colours, and takes a picture. */
  async seen(page, name) {
    await looksInAllSizes(page, name, this.found);
    await this.shot(page, name);
  }

  /** Returns the words that stand on paper, and prints the page if pictures are taken. */
  async paper(page, name) {
    await page.emulateMedia({ media: 'print' });
    const words = await page.locator('body').innerText();
    if (this.order.shots) await page.pdf({ path: `${this.order.shots}/day-${name}.pdf`, preferCSSPageSize: true });
    await page.emulateMedia({ media: 'screen' });
    return words;
  }

  /** Notes what the paper lacks, and what it has too much. */
  onPaper(words, name, has, hasNot) {
    for (const part of has) this.told(words.match(part), `the paper of ${name} lacks ${part}`);
    for (const part of hasNot) this.told(!words.includes(part), `the paper of ${name} has ${part}`);
  }

  /** Signs in on the page that is open, with a code of the next half minute: one that was used counts once. */
  async signIn(page, secret) {
    await page.locator('main input[name=login]').fill(this.order.login);
    await page.locator('main input[name=password]').fill(this.order.password);
    await send(page);
    for (const at of [Date.now(), Date.now() + 30000, Date.now() - 30000]) {
      await page.locator('main input[name=code]').fill(code(secret, at));
      await send(page);
      if (!/sign-in|second/.test(page.url())) return;
    }
    throw new Error(`not signed in: ${page.url()}`);
  }

  /** Looks at pages of a session in these languages, in each size and colour. */
  async inLanguages(state, languages, pages) {
    for (const lang of languages) {
      const page = await this.open({ storageState: state });
      await page.context().addCookies([{ name: '__Host-bindeledd-lang', value: lang, url: this.order.base, secure: true }]);
      for (const address of pages) {
        await page.goto(this.order.base + address);
        for (const [width, colorScheme] of SIZES) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          await looks(page, `${address} ${lang} ${width} ${colorScheme}`, this.found);
        }
      }
      await page.context().close();
    }
  }

  /** Looks whether pages can be read without script. */
  async scriptOff(state, pages) {
    const page = await this.open({ javaScriptEnabled: false, storageState: state });
    const off = (what) => this.found.script_off.push(what);
    for (const address of pages) {
      const answer = await page.goto(this.order.base + address);
      const words = (await page.locator('main').innerText()).trim();
      const headings = await page.locator('h1').count();
      if (answer.status() >= 500 || words.length < 20 || headings !== 1) off(`${address}: ${answer.status()}, ${headings} headings`);
      if (await page.locator('[data-read]:visible, [data-copy]:visible').count()) off(`${address}: a button that needs the script`);
    }
    await page.context().close();
  }

  /** Does the day, notes where it failed, and prints what it found. */
  async run(work) {
    try {
      await work();
    } catch (error) {
      this.found.failed.push(this.phase, String(error.stack ?? error));
      for (const page of this.browser.contexts().flatMap((context) => context.pages())) {
        this.found.failed.push(page.url(), await page.locator('body').innerText().catch(() => ''));
        await this.shot(page, 'failed').catch(() => {});
      }
    }
    await this.browser.close();
    console.log(JSON.stringify(this.found, null, 1));
  }
}

const main = (page) => page.locator('main');
export const link = (page, name) => main(page).getByRole('link', { name }).first();
export const button = (page, name) => main(page).getByRole('button', { name }).first();
export const heading = (page, name) => main(page).getByRole('heading', { name }).first().waitFor();
export const text = (page, words) => main(page).getByText(words).first().waitFor();
