// Does the day of a person in a mailbox and the withdrawal of a participant by a code, in Chromium over the pages of a running hub. It
// prints its findings as JSON.
//
// node days.mjs FILE: the file is JSON, as for tasks.mjs. `setup` makes the account of the person, who also leads the team. `question`
// is a text that only the question in the inbox has, `from` the name of its sender, and `hidden` the name of a party that the mailbox
// has nothing to do with. `own` is the code that opens the participant's page.
import { Day, button, heading, link } from './day.mjs';
import { looks, looksInAllSizes, send, setUp, settings, watch } from './session.mjs';

const day = await Day.begin();
const { browser, found, order } = day;
const page = await day.open();
const mailbox = page.context();
let secret;

const main = (page) => page.locator('main');
const told = (is, what) => day.told(is, what);
const click = (page, target) => day.click(page, target);
const seen = (page, name) => day.seen(page, name);

async function morning() {
  // Who follows whom up is decided before the day begins.
  await page.goto(order.base + '/mailbox/participants');
  await click(page, page.locator('main table a').first());
  const own = await page.locator('#to option').evaluateAll((all) => all.map((one) => one.value).filter(Boolean)[0]);
  await page.locator('#to').selectOption(own);
  await click(page, button(page, /Overlat|Gi/));
  await seen(page, 'followed-one');
  await page.goto(order.base + '/mailbox/participants');
  await seen(page, 'followed');

  // The link of the mail leads to the inbox: that is the first click.
  day.clicks = 1;
  await page.goto(order.base + '/mailbox');
  told(!(await page.content()).includes(order.question), 'the inbox quotes the question');
  told(!(await page.title()).includes('Snill'), 'the title names the participant');
  await seen(page, 'inbox');
  await click(page, page.locator('main a.stretch').first());
  await main(page).getByText(order.question).waitFor();
  const letter = page.url();
  await seen(page, 'letter');
  const words = await day.paper(page, 'letter');
  day.onPaper(words, 'the letter', [order.question, order.name, /Skrevet ut av .* 20\d\d kl\. \d\d\.\d\d/], ['Innboks', 'Ny melding', 'Send svar', 'Logg ut', 'Følges opp']);
  await page.locator('main textarea[name=text]').fill('To dager på rad går fint. Etter tre dager trengs en rolig dag.');
  await click(page, button(page, /Send svar/));
  await main(page).getByText(order.from).first().waitFor();
  found.clicks['answer a question'] = day.clicks;
  await seen(page, 'answered');
  await page.goto(letter);
  await seen(page, 'letter-read');
}

const keptAt = () => page.locator('[data-saved]:not([hidden])').waitFor();
const preview = () => page.locator('#leses');

async function afternoon() {
  day.clicks = 0;
  await page.goto(order.base + '/mailbox');
  await click(page, page.locator('nav.nav').getByRole('link', { name: 'Ny melding' }));
  told(await page.locator('input[name=participant]').first().isChecked(), 'the only participant is not suggested');
  await seen(page, 'choose');
  await click(page, page.locator('main [name=kind]').first());
  await heading(page, 'Fremdrift i tiltaket');
  found.clicks['begin a message'] = day.clicks;

  // While somebody types, the preview has the text of the catalogue, and the guard marks its field alone.
  await page.getByLabel('Deltar').first().check();
  await page.locator('[name="f.daysPerWeek"]').fill('2,5');
  await page.locator('[name="f.attendancePercent"]').fill('85');
  await page.locator('[name="f.activity"]').fill('Kjøkkengruppa tirsdag og torsdag.');
  await preview().getByText('2,5 dager').waitFor();
  await preview().getByText('Kjøkkengruppa tirsdag og torsdag.').waitFor();
  const concern = page.locator('[name="f.concern"]');
  await concern.pressSequentially('Sliten på fredager. Legen skrev diagnosen F32.1.');
  const mark = page.locator('[id="f.concern-guard"]');
  await mark.getByText('Dette ser ut som en diagnosekode.').waitFor();
  told(await page.evaluate(() => document.activeElement.name) === 'f.concern', 'the focus moved while typing');
  told((await concern.inputValue()).endsWith('F32.1.'), 'the typed text changed');
  told(await page.locator('.marks .flag').count() === 1, 'another field is marked');
  await seen(page, 'write');
  await concern.fill('Sliten på fredager.');
  await mark.locator('.flag').waitFor({ state: 'detached' });

  // It is saved on leaving a field, and five seconds after typing.
  await page.locator('[name="f.workplace"]').focus();
  await keptAt();
  await page.locator('[name="f.workplace"]').pressSequentially('Kafeen');
  told(await page.locator('[data-saved]').isHidden(), 'it says that unsaved words are saved');
  const began = Date.now();
  await keptAt();
  const waited = Date.now() - began;
  told(waited > 3000 && waited < 9000, `the draft was saved after ${waited} ms`);

  // The session times out: the hub keeps the form, and leads to the sign-in.
  day.phase = 'lost session';
  const late = /\/mailbox\/new\/(write|look)$/;
  await page.route(late, (route) => route.fulfill(/write$/.test(route.request().url())
    ? { status: 303, headers: { location: '/console/sign-in?over=1' } } : { status: 401, body: '' }));
  await concern.fill('Sliten på fredager og lørdager.');
  const over = page.locator('[data-over]');
  await over.getByText('Det du skrev, er lagret.').waitFor();
  told(await concern.inputValue() === 'Sliten på fredager og lørdager.', 'the typed text is gone');
  told(!(await concern.isEditable()), 'somebody can type what nobody keeps');
  const draft = await over.getByRole('link', { name: 'Logg inn' }).first().getAttribute('href');
  await page.unroute(late);
  await seen(page, 'over');

  // The session is ended elsewhere: what was typed last is not kept, and stands on the page. What was kept is there after sign-in.
  await mailbox.clearCookies();
  await page.goto(order.base + draft);
  await seen(page, 'sign-in');
  await day.signIn(page, secret);
  await heading(page, 'Fremdrift i tiltaket');
  told(/\/mailbox\/drafts\//.test(page.url()), `sign-in leads to ${page.url()}`);
  told(await page.locator('[name="f.workplace"]').inputValue() === 'Kafeen', 'the draft is not what was saved');
  told(await page.locator('[name="f.concern"]').inputValue() === 'Sliten på fredager.', 'the draft is not what was saved');
  const cookies = await mailbox.cookies();
  await mailbox.clearCookies();
  await page.locator('[name="f.concern"]').fill('Sliten på mandager.');
  await page.locator('[name="f.workplace"]').focus();
  await over.getByText('er ikke lagret').waitFor();
  told(await page.locator('[name="f.concern"]').inputValue() === 'Sliten på mandager.', 'the typed text is gone');
  await mailbox.addCookies(cookies);
  day.phase = 'afternoon';

  await page.goto(order.base + '/mailbox/drafts');
  await seen(page, 'drafts');
  await page.goto(order.base + draft.replace(/^.*to=/, '').replaceAll('%2F', '/'));
  day.clicks = 0;
  await click(page, button(page, 'Se over og send'));
  await heading(page, 'Se over meldingen');
  await main(page).getByText('Dager i uken: 2,5 dager').waitFor();
  await seen(page, 'review');
  await click(page, button(page, /^Send$/));
  await heading(page, 'Meldingen er tatt imot');
  found.clicks['look over and send'] = day.clicks;
  await seen(page, 'sent');
  // The back button leads to no second message.
  const sent = page.url();
  await page.goto(order.base + '/mailbox/drafts');
  told((await main(page).innerText()).includes('Ingen utkast'), 'the draft of a sent message stays');
  return sent;
}

/** Returns the words of a page that may still be on its way, once it stands. */
async function still(page) {
  for (let tried = 0; ; tried += 1) {
    try {
      await page.waitForFunction(() => document.readyState === 'complete');
      return await page.content();
    } catch (error) {
      if (tried === 20) throw error;
    }
  }
}

/** The participant: the code, the overview, reading aloud, taking back, leaving. */
async function participant() {
  const page = await day.open({ viewport: { width: 360, height: 740 } });
  const context = page.context();
  // A browser that says what it would read aloud.
  await page.addInitScript(() => {
    window.spoken = [];
    const synthesis = {
      getVoices: () => [], cancel: () => {},
      speak: (said) => { window.spoken.push([said.lang, said.text]); setTimeout(() => said.onend?.()); },
    };
    Object.defineProperty(window, 'speechSynthesis', { value: synthesis });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  });
  const hides = async (step) => {
    const html = await page.content();
    for (const other of [order.hidden, order.question]) told(!html.includes(other), `${step} shows ${other}`);
  };
  await page.goto(order.base + '/meg');
  await page.locator('#code').waitFor();
  await seen(page, 'meg-code');
  await page.locator('#code').fill(order.own);
  await send(page);
  await heading(page, 'Velg en pinkode');
  await seen(page, 'meg-pin');
  await page.locator('main a.ds-button').click();
  await heading(page, 'Mine samarbeid');
  await hides('/meg');
  told((await main(page).innerText()).includes(order.from), 'the page does not show the other party');
  await seen(page, 'meg');
  const words = await day.paper(page, 'meg');
  day.onPaper(words, '/meg', [order.from, 'Dette har du sagt ja til', /Skrevet ut fra Mine samarbeid .* 20\d\d kl\. \d\d\.\d\d/],
    ['Forlat siden', 'English', 'Les høyt', 'Ta tilbake alt']);

  await page.getByRole('button', { name: 'Les høyt' }).click();
  await page.waitForFunction(() => window.spoken.some(([, text]) => text.includes('Datatilsynet')));
  found.said = await page.evaluate(() => window.spoken);
  await page.getByRole('button', { name: 'Les høyt' }).waitFor();
  for (const [lang, from] of [['nn', 'Lesing'], ['en', 'Read aloud']]) {
    await page.goto(`${order.base}/meg/language?to=${lang}&back=/meg`);
    await hides(lang);
    const word = lang === 'nn' ? 'Les høgt' : from;
    await page.getByRole('button', { name: word }).click();
    await page.waitForFunction((tag) => window.spoken[0]?.[0] === tag, lang === 'nn' ? 'nn-NO' : 'en-GB');
    await page.setViewportSize({ width: 320, height: 600 });
    await looks(page, `/meg ${lang} 320`, found);
    await page.setViewportSize({ width: 360, height: 740 });
  }
  await page.goto(`${order.base}/meg/language?to=nb&back=/meg`);

  // Each page in each language, size and colour; and without script.
  const state = await context.storageState();
  const pages = ['/meg', '/meg/take-back', '/meg/pin', '/meg/code', '/meg/left', '/meg/nothing-here'];
  for (const lang of ['nb', 'nn', 'en']) {
    const own = await browser.newContext({ ...settings, storageState: state });
    const one = await own.newPage();
    watch(one, found);
    await one.goto(`${order.base}/meg/language?to=${lang}&back=/meg`);
    for (const address of pages) {
      await one.goto(order.base + address);
      await looksInAllSizes(one, `${address} ${lang}`, found);
    }
    await own.close();
  }
  await day.scriptOff(state, pages);

  // Nothing of the others' pages opens for a code.
  for (const address of ['/mailbox', '/console', '/mailbox/participants']) {
    await page.goto(order.base + address);
    told(/sign-in/.test(page.url()), `a code opens ${address}`);
  }
  await page.goto(order.base + '/meg');
  day.clicks = 0;
  await click(page, link(page, /Ta tilbake …/));
  await heading(page, 'Hva vil du ta tilbake?');
  await seen(page, 'meg-choose');
  await hides('the choice');
  await click(page, button(page, 'Se hva som skjer'));
  await heading(page, 'Da skjer dette');
  await seen(page, 'meg-preview');
  await hides('the preview');
  await click(page, button(page, /^Ta tilbake$/));
  await heading(page, 'Det er tatt tilbake');
  found.clicks['take back'] = day.clicks;
  await seen(page, 'meg-done');
  await page.goto(order.base + '/meg');
  // The party of the code has nothing left with anybody.
  await main(page).getByText('Det er ingen som deler noe om deg her.').waitFor();

  const first = await page.evaluate(() => history.length);
  await page.getByRole('button', { name: 'Forlat siden' }).first().click();
  await page.waitForURL(/\/meg\/left$/);
  told(await page.evaluate(() => history.length) === first, 'leaving adds a place to the history');
  told(!(await page.content()).includes('Mine samarbeid'), 'the page after it names the page before');
  told(!(await context.cookies()).some((cookie) => cookie.name === '__Host-bindeledd-meg'), 'a cookie of the session stays');
  await seen(page, 'meg-left');
  for (let back = 0; back < 3; back += 1) {
    await page.goBack({ waitUntil: 'commit', timeout: 5000 }).catch(() => {});
    const html = await still(page);
    told(!html.includes(order.from), `going back ${back + 1} times shows the page`);
  }
}

await day.run(async () => {
  await setUp(page, order, async (name) => {
    if (name === 'enrol') secret = await page.locator('[data-secret]').first().innerText();
  });
  day.phase = 'morning';
  await morning();
  day.phase = 'afternoon';
  const sent = await afternoon();
  day.phase = 'languages';
  const state = await mailbox.storageState();
  const form = await page.goto(order.base + '/mailbox/new').then(() => page.locator('input[name=participant]').first().inputValue());
  const pages = ['/mailbox', '/mailbox/participants', `/mailbox/participants/${form}`, '/mailbox/new', '/mailbox/drafts', sent.replace(order.base, ''),
    ...['progress-update', 'question', 'meeting-request'].map((kind) => `/mailbox/new/write?participant=${form}&kind=${kind}`)];
  await day.inLanguages(state, ['nb', 'en'], pages);
  await day.scriptOff(state, pages);
  day.phase = 'participant';
  await participant();
});
