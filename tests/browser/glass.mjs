// Asks to see the content of a message in Chromium, answers as a second person, reads it and closes it again. It prints its findings
// as JSON.
//
// node glass.mjs FILE: the file is JSON, as for walk.mjs. `message` is the id of a message, and `content` words that only its content
// has. `second` is the account of a person who may answer, as `setup`, `login`, `name` and `password`.
import { readFileSync } from 'node:fs';
import { launch, looksInAllSizes, setUp, settings, watch } from './session.mjs';

const order = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const found = { policy: [], failed: [], axe: [], wide: [], told: [], shown: [], looked: 0 };
const browser = await launch(order.chromium);

/** Starts a session of a person. */
async function person(account) {
  const page = await (await browser.newContext(settings)).newPage();
  page.setDefaultTimeout(20000);
  watch(page, found);
  await setUp(page, { ...account, base: order.base });
  return page;
}

async function shot(page, name) {
  if (order.shots) await page.screenshot({ path: `${order.shots}/glass-${name}.png`, fullPage: true });
}

/** Notes whether the page has the content. */
async function note(page, step) {
  if ((await page.content()).includes(order.content)) found.shown.push(step);
}

const link = (page, name) => page.locator('main').getByRole('link', { name }).first();
const button = (page, name) => page.locator('main').getByRole('button', { name }).first();
const press = (page, name) => Promise.all([page.waitForNavigation(), button(page, name).click()]);
const says = (page, text) => page.locator('main').getByText(text).first().waitFor();

try {
  const asker = await person(order);
  const second = await person(order.second);

  await asker.goto(`${order.base}/console/messages/${order.message}`);
  await note(asker, 'message');
  await link(asker, 'Be om innsyn').click();
  await asker.getByLabel(/Hvorfor/).waitFor();
  await looksInAllSizes(asker, 'asking', found);
  await asker.getByLabel(/Hvorfor/).fill('Teksten avvises, sak 2026/17');
  await press(asker, 'Be om innsyn');
  await says(asker, /Du venter på at en annen person svarer/);
  await looksInAllSizes(asker, 'asked', found);
  await shot(asker, 'asked');
  await note(asker, 'asked');
  if (await button(asker, /Godkjenn/).count()) found.told.push('the person who asks can answer');
  const request = asker.url();

  await second.goto(`${order.base}/console/openings`);
  await note(second, 'list');
  await second.locator(`main a[href="${new URL(request).pathname}"]`).first().click();
  await looksInAllSizes(second, 'to answer', found);
  await shot(second, 'to-answer');
  await press(second, /Godkjenn/);
  await note(second, 'approved');
  if (await button(second, /innholdet/).count()) found.told.push('the second person can read');

  await asker.reload();
  await press(asker, /innholdet/);
  await note(asker, 'content');
  await looksInAllSizes(asker, 'content', found);
  await shot(asker, 'content');
  await press(asker, /Lukk/);
  await note(asker, 'closed');
  // The browser has kept nothing of the content: it asks whether to send the form again.
  await asker.goBack().catch(() => {});
  await asker.waitForFunction(() => document.readyState === 'complete');
  await note(asker, 'back');
  await asker.goto(request);
  await note(asker, 'over');
  if (await button(asker, /innholdet/).count()) found.told.push('a closed request can be read');
} catch (error) {
  found.failed.push(String(error.stack ?? error));
  for (const context of browser.contexts()) {
    for (const page of context.pages()) found.failed.push(page.url(), await page.locator('body').innerText().catch(() => ''));
  }
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
