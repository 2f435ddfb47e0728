// Does a job coach's entry at Nav in Chromium over the pages of a running hub: the list, the fields with their copies, "entered", and
// Nav's answer. It prints its findings as JSON.
//
// node entry.mjs FILE: the file is JSON, as for days.mjs. `content` is a text of the document to enter.
import { Day, button, heading, link, text } from './day.mjs';
import { setUp } from './session.mjs';

const day = await Day.begin();
const { found, order } = day;
const page = await day.open({ permissions: ['clipboard-read', 'clipboard-write'] });
const main = page.locator('main');

/** Who follows the participant up is decided before the day begins. */
async function follows() {
  await page.goto(order.base + '/mailbox/participants');
  await day.click(page, page.locator('main table a').first());
  const own = await page.locator('#to option').evaluateAll((all) => all.map((one) => one.value).filter(Boolean)[0]);
  await page.locator('#to').selectOption(own);
  await day.click(page, button(page, /Overlat|Gi/));
}

async function enters() {
  await page.goto(order.base + '/mailbox');
  day.told(!(await page.content()).includes(order.content), 'the inbox has the content');
  await day.seen(page, 'entry-inbox');
  day.clicks = 0;
  await day.click(page, link(page, 'Se hva som skal legges inn'));
  await heading(page, 'Legges inn hos Nav');
  day.told(!(await page.content()).includes(order.content), 'the list has the content');
  await day.seen(page, 'entries');
  await day.click(page, page.locator('main a.stretch').first());
  await heading(page, 'Felt for felt');
  day.told(!(await page.title()).includes('Tester'), 'the title names the participant');
  await day.seen(page, 'entry');

  // Each field has a copy of exactly its value.
  const copies = page.locator('[data-copy]');
  for (let n = 0; n < await copies.count(); n += 1) {
    const field = page.locator(`#${await copies.nth(n).getAttribute('data-copy')}`);
    await copies.nth(n).click();
    const value = await field.inputValue();
    await page.waitForFunction(async (value) => await navigator.clipboard.readText() === value, value);
  }
  day.told(await copies.count() > 1, 'no field has a copy');
  const words = await day.paper(page, 'entry');
  day.onPaper(words, 'the entry', ['Felt for felt'], ['Logg ut', 'Gitt til Nav på annen måte']);
  // A button that was used says so for a moment.
  day.told(!/Kopier(?!t)/.test(words), 'the paper of the entry has buttons to copy');
  const values = await page.locator('main [readonly]').evaluateAll((all) => all.map((one) => one.value).join('\n'));
  day.told(values.includes(order.content), 'the fields lack the content');

  const state = await page.context().storageState();
  await day.scriptOff(state, [page.url().replace(order.base, '')]);
  await day.click(page, button(page, /^Lagt inn$/));
  found.clicks['enter at Nav'] = day.clicks;
  await text(page, 'Lagt inn av');
  day.told(!(await page.content()).includes(order.content), 'the content stays on the page');
  await day.seen(page, 'entry-done');
}

/** Nav's answer, typed wrongly first. */
async function answer() {
  day.clicks = 0;
  await page.getByRole('radio', { name: 'Avvist' }).check();
  await page.locator('[name=on]').fill(order.today);
  await button(page, 'Lagre svaret').click();
  await page.locator('#words-error').waitFor();
  await day.seen(page, 'entry-wrong');
  day.told(await page.getByRole('radio', { name: 'Avvist' }).isChecked(), 'the choice is lost');
  await page.locator('[name=words]').fill('Tiltaket varer til jul.');
  await day.click(page, button(page, 'Lagre svaret'));
  found.clicks["enter Nav's answer"] = day.clicks;
  await text(page, 'Nav svarte: avvist');
  await day.seen(page, 'entry-rejected');
  await page.goto(order.base + '/mailbox');
  day.told(!(await main.innerText()).includes('skal legges inn hos Nav'), 'the inbox still asks for it');
}

await day.run(async () => {
  await setUp(page, order);
  day.phase = 'follow-up';
  await follows();
  day.phase = 'entry';
  await enters();
  day.phase = 'answer';
  const entry = page.url().replace(order.base, '');
  await answer();
  day.phase = 'languages';
  const state = await page.context().storageState();
  const pages = ['/mailbox/entries', entry];
  await day.inLanguages(state, ['nb', 'en'], pages);
  await day.scriptOff(state, pages);
});
