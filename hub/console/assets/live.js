// Keeps regions fresh. The server says over one stream which topics have changed, never what. The page is then fetched again from its
// own address, without its surroundings, and each region that names such a topic is morphed in. Without this script every page works
// and has a "refresh" link.
(() => {
  // The policy of trusted types allows one maker of documents, which console.js uses as well.
  const policy = window.trustedTypes?.createPolicy('bindeledd', { createHTML: (text) => text });
  window.bindeledd = { read: (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html') };
  const stream = document.body.dataset.stream;
  const regions = () => [...document.querySelectorAll('[data-live]')];
  if (!stream || !regions().length) return;
  const note = document.querySelector('[data-live-note]');
  const topicsOf = (region) => region.dataset.live.split(' ');
  const all = () => [...new Set(regions().flatMap(topicsOf))];
  let source, asked = new Set(), is_busy = false, is_over = false, stopped = false;
  try { stopped = sessionStorage.getItem('bindeledd-stopped') === '1'; } catch { /* a browser without storage */ }
  const stamp = () => { const at = new Date().toLocaleTimeString('nb', { timeZone: 'Europe/Oslo' }).replaceAll(':', '.'); for (const element of document.querySelectorAll('[data-live-time]')) element.textContent = at; };
  const say = (state) => { if (note) note.dataset.state = state; };
  const signedOut = () => { is_over = true; source?.close(); say('signed-out'); };
  async function fetchRegions(topics) {
    const url = new URL(location.href);
    const due = regions().filter((region) => topicsOf(region).some((topic) => topics.has(topic)));
    if (!due.length) return say('fresh');
    url.searchParams.set('region', '1');
    const newest = document.querySelector('[data-newest]');
    if (newest) url.searchParams.set('newest', newest.dataset.newest);
    const answer = await fetch(url, { headers: { accept: 'text/html' }, credentials: 'same-origin' });
    if (answer.redirected || answer.status === 401 || answer.status === 403) return signedOut();
    if (!answer.ok) return say('late');
    const text = await answer.text();
    const fresh = window.bindeledd.read(text);
    // The answer is for everybody with the same roles. The token of forms is the page's own.
    const own = document.querySelector('input[name="csrf"]')?.value ?? '';
    for (const token of fresh.querySelectorAll('input[name="csrf"]')) token.setAttribute('value', own);
    for (const region of due) {
      const other = fresh.getElementById(region.id);
      if (other) Idiomorph.morph(region, other, { ignoreActiveValue: true, restoreFocus: true, callbacks: { beforeAttributeUpdated: (name) => name !== 'open' } });
    }
    say('fresh'); stamp();
  }
  // One request at a time, and at most one a second: what is asked for meanwhile goes together.
  async function refresh(topics) {
    for (const topic of topics) asked.add(topic);
    if (is_busy || is_over || stopped || document.hidden) return;
    is_busy = true;
    const now = asked; asked = new Set();
    try { await fetchRegions(now); } catch { say('late'); }
    setTimeout(() => { is_busy = false; if (asked.size) refresh([]); }, 1000);
  }
  function open() {
    if (is_over || stopped) return;
    source?.close();
    source = new EventSource(`${stream}?topics=${encodeURIComponent(all().join(','))}`);
    source.addEventListener('changed', (event) => refresh(event.data.split(' ')));
    source.addEventListener('ended', signedOut);
    source.onerror = () => {
      say('late');
      // The browser tries again by itself, unless it got another answer than a stream. A region then says whether the session is over.
      if (source.readyState === EventSource.CLOSED) { refresh(all()); setTimeout(open, 30000); }
    };
  }
  const mark = () => { for (const button of document.querySelectorAll('[data-live-stop]')) button.setAttribute('aria-pressed', String(stopped)); if (stopped) say('stopped'); };
  document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(all()); });
  document.addEventListener('click', (event) => {
    if (!event.target.closest('[data-live-stop]')) return;
    stopped = !stopped;
    try { sessionStorage.setItem('bindeledd-stopped', stopped ? '1' : '0'); } catch { /* it holds for this page */ }
    mark();
    if (stopped) source?.close(); else { say('fresh'); refresh(all()); open(); }
  });
  for (const element of document.querySelectorAll('[data-plain]')) element.hidden = true;
  for (const element of document.querySelectorAll('[data-live-stop]')) element.hidden = false;
  mark();
  open();
})();
