// Takes a consent back as a participant who signs in at level high at an issuer, in Chromium over the pages of a running hub. It prints
// its findings as JSON.
//
// node own.mjs FILE: the file is JSON, as for days.mjs. `issuer` is the issuer's address, `strong` and `weak` the persons that its
// control sets, `from` and `others` names of parties that the participant sees, and `number` the participant's number.
import { Day, button, heading, link, text } from './day.mjs';
import { setUp } from './session.mjs';
import { request } from 'playwright-core';

const day = await Day.begin();
const { browser, found, order } = day;
const page = await day.open({ viewport: { width: 360, height: 740 } });
const context = page.context();
const main = page.locator('main');
const control = await request.newContext({ ignoreHTTPSErrors: true });
const person = (who) => control.post(`${order.issuer}/control/person`, { data: JSON.stringify(who), headers: { 'content-type': 'text/plain' } });

/** Nothing on the machine has the number: address, page, title, cookies, storage. */
async function withoutNumber(where) {
  const cookies = JSON.stringify(await context.cookies(order.base));
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  for (const [what, has] of [['address', page.url()], ['page', await page.content()], ['cookies', cookies], ['storage', stored]]) {
    day.told(!has.includes(order.number), `${where}: the ${what} has the number`);
  }
}

await day.run(async () => {
  day.phase = 'too low';
  await person(order.weak);
  await page.goto(order.base + '/meg');
  await day.seen(page, 'own-door');
  await link(page, /Logg inn med/).click();
  await text(page, 'nivå høyt');
  await day.seen(page, 'own-too-low');
  await withoutNumber('the refusal');
  await page.goto(order.base + '/meg');
  day.told(/\/meg\/code/.test(page.url()), 'a lower level opens the page');

  day.phase = 'sign-in';
  await person(order.strong);
  day.clicks = 1;
  await link(page, /Logg inn med/).click();
  await heading(page, 'Mine samarbeid');
  for (const other of [order.from, ...order.others]) {
    day.told((await main.innerText()).includes(other), `the page does not show ${other}`);
  }
  await text(page, 'på nivå høyt');
  await withoutNumber('/meg');
  await day.seen(page, 'own');
  const words = await day.paper(page, 'own');
  day.onPaper(words, '/meg', [order.from, 'Dette har du sagt ja til', 'på nivå høyt'], ['Forlat siden', 'Les høyt', 'Ta tilbake alt']);

  day.phase = 'languages';
  const state = await context.storageState();
  const pages = ['/meg', '/meg/take-back', '/meg/shared'];
  for (const lang of ['nb', 'nn', 'en']) {
    const one = await day.open({ storageState: state });
    await one.goto(`${order.base}/meg/language?to=${lang}&back=/meg`);
    for (const address of pages) {
      await one.goto(order.base + address);
      await day.seen(one, `own${address.replaceAll('/', '-')}-${lang}`);
    }
    await one.context().close();
  }
  await day.scriptOff(state, pages);

  // Everything that is stored, as a file.
  day.phase = 'copy';
  await page.goto(order.base + '/meg');
  const [copy] = await Promise.all([page.waitForEvent('download'), main.locator('button[name=as][value=list]').click()]);
  day.told(!/\d{6}/.test(copy.suggestedFilename()) && !copy.suggestedFilename().includes('Tester'), `the file is named ${copy.suggestedFilename()}`);

  day.phase = 'take back';
  await page.goto(order.base + '/meg');
  await day.click(page, link(page, /Ta tilbake …/));
  await heading(page, 'Hva vil du ta tilbake?');
  await day.seen(page, 'own-choose');
  await day.click(page, button(page, 'Se hva som skjer'));
  await heading(page, 'Da skjer dette');
  await day.seen(page, 'own-preview');
  await day.click(page, button(page, /^Ta tilbake$/));
  await heading(page, 'Det er tatt tilbake');
  await day.seen(page, 'own-done');
  found.clicks['sign in and take back'] = day.clicks;
  await withoutNumber('the end');

  day.phase = 'leaving';
  await page.goto(order.base + '/meg');
  await page.getByRole('button', { name: 'Forlat siden' }).first().click();
  // The hub's page leads on to the issuer, so that the next person at this machine is not signed in by it.
  await page.waitForURL(/\/session\/end/);
  await page.getByRole('button', { name: 'Logg ut' }).click();
  await page.waitForURL(/\/meg\/left$/);
  await heading(page, 'Siden er lukket');
  await day.seen(page, 'own-left');
  await page.goto(order.base + '/meg');
  day.told(/\/meg\/code/.test(page.url()), 'the session goes on after leaving');
});
await control.dispose();
