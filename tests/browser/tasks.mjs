// Does an operator's ten tasks in Chromium over the pages of a running hub, and prints the clicks of each as JSON.
//
// node tasks.mjs FILE: the file is JSON, as for walk.mjs. `ids` are ids of one message: any of them has to find it. `away` is the name
// of a party that does not answer, and `address` one that does. A click is a click: typing and the Enter key are none, as in the
// table of the design.
import { readFileSync } from 'node:fs';
import { launch, setUp, settings, watch } from './session.mjs';

const order = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const found = { policy: [], failed: [], clicks: {} };
const browser = await launch(order.chromium);
const page = await (await browser.newContext(settings)).newPage();
page.setDefaultTimeout(20000);
watch(page, found);
let clicks;

/** Clicks what leads to another page, and waits for it. */
async function click(target) {
  clicks += 1;
  const from = await page.evaluate(() => performance.timeOrigin);
  await target.click();
  await page.waitForFunction((from) => performance.timeOrigin !== from && document.readyState === 'complete', from);
}

/** Does a task from the first page, and notes its clicks. */
async function task(name, work) {
  await page.goto(order.base + '/console');
  clicks = 0;
  await work();
  found.clicks[name] = clicks;
}

const main = page.locator('main');
const link = (name) => main.getByRole('link', { name }).first();
const button = (name) => main.getByRole('button', { name }).first();
const section = (name) => page.locator('nav.nav').getByRole('link', { name });
const heading = (name) => main.getByRole('heading', { name }).first().waitFor();
const matter = () => page.locator('#saker li').filter({ hasText: order.away }).locator('h4 a').first();

const refused = () => page.locator('#saker h4 a[href^="/console/messages/"]').first();

/** Loads the page again until something is there. The hub tells of an endpoint after its third failed attempt. */
async function until(isThere) {
  for (const deadline = Date.now() + 120000; !(await isThere());) {
    if (Date.now() > deadline) throw new Error('it did not come to be');
    await page.waitForTimeout(500);
    await page.reload();
  }
}

try {
  await setUp(page, order);
  await until(async () => await matter().count() && await refused().count());

  await task('what fails, and since when', async () => {
    const row = page.locator('#saker li').filter({ hasText: order.away });
    await row.locator('.meta b').first().waitFor();
  });
  for (const id of order.ids) {
    await task('find by any id', async () => {
      await page.keyboard.press('/');
      await page.keyboard.insertText(id);
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/console\/messages\/[0-9a-f-]{36}/);
      await heading(/Veien/);
    });
  }
  await task('why, hop by hop', async () => {
    await click(refused());
    await heading(/Veien/);
  });
  await task('rerun one', async () => {
    await click(refused());
    await click(link(/Prøv nå|Send på nytt/));
    await page.getByLabel(/Hvorfor/).fill('Mottakeren har rettet feilen');
    await click(button('Send på nytt'));
  });
  await task('rerun many after an outage', async () => {
    await click(matter());
    await click(button(/Send de \d+ nå/));
    const send = button(/Send \d+ på nytt/);
    await page.getByLabel(/Hvorfor/).fill('Mottakeren er oppe igjen');
    await page.locator('input[name=count]').fill((await send.innerText()).match(/\d+/)[0]);
    await click(send);
    await page.waitForURL(/\/runs\//);
  });
  await task('pause and resume', async () => {
    await click(matter());
    await click(link(/Sett på pause/));
    await page.getByLabel(/Hvorfor/).fill('Avtalt med mottakeren');
    await click(button('Sett på pause'));
    await link(/Start igjen/).waitFor();
    found.clicks['pause'] = clicks;
    await click(link(/Start igjen/));
    await page.getByLabel(/Hvorfor/).fill('De er klare');
    await click(button('Start igjen'));
    await link(/Sett på pause/).waitFor();
  });
  await task('backlog', async () => {
    await click(matter());
    await main.getByText(/venter/).first().waitFor();
  });
  await task('its alarm', async () => {
    await click(section('Drift'));
    if (!/varsler|alerts|hub$/.test(page.url())) await click(link(/Varsler/));
  });
  await task('set up a party and test it', async () => {
    await click(section('Aktører'));
    await click(link(/Ny aktør/));
    await page.getByRole('textbox', { name: 'Navn', exact: true }).fill('Ny klubb');
    await page.locator('[name=id]').fill('ny-klubb');
    await page.locator('[name=kind]').selectOption('clubhouse');
    await page.locator('[name=adapter]').selectOption('provider-json');
    await page.locator('[name=address]').fill(order.address);
    await click(button('Lagre og test'));
    await heading('Ny klubb');
    await page.locator('#testen ol.steps').waitFor();
  });
  await task('error statistics', async () => {
    await click(section('Meldinger'));
    await click(link('Feil etter årsak'));
    await heading('Feil etter årsak');
  });
  // Somebody changes the new party: that is the change to find and to undo.
  await page.goto(order.base + '/console/parties/ny-klubb/edit');
  await page.getByRole('textbox', { name: 'Navn', exact: true }).fill('Feil navn');
  await button('Lagre og test').click();
  await heading('Feil navn');
  await task('who changed what, roll back', async () => {
    const act = page.locator('#gjort li').filter({ hasText: 'Feil navn' }).first();
    await act.getByText(order.name).waitFor();
    await click(act.getByRole('link', { name: /rull tilbake/ }));
    await main.getByText('Feil navn').first().waitFor();
    await page.getByLabel(/Hvorfor/).fill('Navnet var feil');
    await click(button(/Rull tilbake til versjon 1/));
    await heading('Ny klubb');
    await page.locator('#historikk').getByText('Navnet var feil').waitFor();
  });
} catch (error) {
  found.failed.push(String(error.stack ?? error));
  found.failed.push(page.url(), await page.locator('body').innerText().catch(() => ''));
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
