// Does the day of a small provider in Chromium over the pages of a running hub: from the start-up meeting to the consent, and to the
// first message. It prints its findings as JSON.
//
// node provider.mjs FILE: the file is JSON, as for days.mjs. `gp` is the name of the doctor's office, `number` a synthetic number of a
// person whom the hub does not know.
import { Day, button, heading, link, text } from './day.mjs';
import { setUp } from './session.mjs';

const day = await Day.begin();
const { found, order } = day;
const page = await day.open();
const main = page.locator('main');
const shows = async (words, where) => day.told((await main.innerText()).includes(words), `${where} lacks ${words}`);

/** Nothing that leaves a trace on the machine has the number. */
async function withoutNumber(where) {
  day.told(!page.url().includes(order.number), `the address of ${where} has the number`);
  day.told(!(await page.title()).includes('Tester'), `the title of ${where} names the participant`);
  day.told(!(await page.content()).includes(order.number.slice(6)), `${where} has the number`);
}

/** The start-up meeting: the questions, the paper, the registration. */
async function consent() {
  await page.goto(order.base + '/mailbox');
  const began = Date.now();
  day.clicks = 0;
  await day.click(page, page.locator('nav.nav').getByRole('link', { name: 'Samtykker' }));
  await day.seen(page, 'own-consents');
  await day.click(page, link(page, 'Nytt samtykke'));
  await heading(page, 'Nytt samtykke');
  await day.seen(page, 'consent-choose');
  // Without a choice the page says so at its field.
  await button(page, 'Gå videre').click();
  await page.locator('#with').waitFor();
  await page.getByLabel(order.gp).check();
  await day.click(page, button(page, 'Gå videre'));
  await heading(page, 'Hva skal deltakeren bli spurt om?');
  const asked = (name) => page.getByRole('group', { name });
  await asked(`Dere kan fortelle ${order.gp} om`).getByLabel('fremdrift').check();
  await asked(`Dere kan fortelle ${order.gp} om`).getByLabel('møter').check();
  await asked(`${order.gp} kan fortelle dere om`).getByLabel('møter').check();
  await day.seen(page, 'consent-what');
  await day.click(page, button(page, 'Lag skjemaet'));
  await heading(page, 'Skjemaet');
  await day.seen(page, 'consent-form');
  const words = await day.paper(page, 'consent-form');
  day.onPaper(words, 'the form', [
    'Samtykke til å dele opplysninger om deg', `Kan .* fortelle ${order.gp} om dette`, 'Underskrift',
  ], ['Registrer samtykket', 'Logg ut', 'Nytt samtykke', 'Fødselsnummer eller D-nummer']);

  // The participant ticks one box of the three, and signs.
  // The first participant of a mailbox is always a new one.
  const who = page.getByLabel('En ny deltaker');
  if (await who.count()) await who.check();
  await page.locator('[name=number]').fill(order.number);
  const ticks = page.locator('#ticks');
  await ticks.locator('input[value=progress]').first().check();
  await page.locator('[name=place]').fill('Møterommet i Storgata 1');
  await page.locator('[name=kept]').fill('arkiv 2026/114');
  // A forgotten field is told at its place, and nothing but the number is lost.
  const taken = await page.locator('[name=taken]').inputValue();
  await page.locator('[name=place]').fill('');
  await button(page, 'Registrer samtykket').click();
  await page.locator('#place-error').waitFor();
  await day.seen(page, 'consent-form-wrong');
  day.told(await page.locator('[name=number]').inputValue() === '', 'the number comes back');
  day.told(await page.locator('[name=kept]').inputValue() === 'arkiv 2026/114', 'what was typed is lost');
  day.told(await page.locator('[name=taken]').inputValue() === taken, 'the name of the person is lost');
  await page.locator('[name=number]').fill(order.number);
  await page.locator('[name=place]').fill('Møterommet i Storgata 1');
  await day.click(page, button(page, 'Registrer samtykket'));
  await heading(page, 'Samtykket er registrert');
  await shows('er kontaktperson', 'the page of the consent');
  await withoutNumber('the consent');
  await day.seen(page, 'consent-registered');
  return began;
}

/** The first message to the doctor's office. */
async function message(began) {
  const registered = page.url();
  await day.click(page, link(page, 'Skriv en melding'));
  await day.click(page, page.locator('main [name=kind][value="progress-update"]'));
  await page.getByLabel('Deltar').first().check();
  const to = page.locator('main input[name=to]');
  if (await to.count() && !(await to.first().isChecked())) await to.first().check();
  await page.locator('#leses').getByText('Deltar').first().waitFor();
  await withoutNumber('the message');
  await day.click(page, button(page, 'Se over og send'));
  await shows(order.gp, 'the review');
  await day.click(page, button(page, /^Send$/));
  await heading(page, 'Meldingen er tatt imot');
  await day.seen(page, 'first-sent');
  found.clicks['start-up meeting to first message'] = day.clicks;
  found.seconds = Math.round((Date.now() - began) / 1000);
  // The back button registers nothing twice.
  await page.goto(registered);
  await heading(page, 'Samtykket er registrert');
}

/** The participant says no again: withdrawn on their behalf, with a preview. */
async function withdraws() {
  await page.goto(order.base + '/mailbox/consents');
  day.clicks = 0;
  await day.click(page, link(page, /Trekk …/));
  await day.seen(page, 'withdraw-choose');
  const see = button(page, /Se hva som skjer/);
  if (await see.count()) await day.click(page, see);
  await day.seen(page, 'withdraw-preview');
}

await day.run(async () => {
  await setUp(page, order);
  day.phase = 'consent';
  const began = await consent();
  day.phase = 'message';
  await message(began);
  day.phase = 'withdrawal';
  await withdraws();
  day.phase = 'languages';
  const state = await page.context().storageState();
  const pages = ['/mailbox/consents', '/mailbox/consents/new', '/mailbox/consents/new/content?with=fjellvik',
    '/mailbox/consents/new/form?with=fjellvik&give.0=progress&get.0=meeting&from=2026-09-01'];
  await day.inLanguages(state, ['nb', 'en'], pages);
  await day.scriptOff(state, pages);
});
