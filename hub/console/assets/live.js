// Keeps regions fresh. The server says over one stream which topics have changed, never what; each region that names a topic is
// fetched again from the page's own address and morphed in. Without this script every page works and has a "refresh" link.
(() => {
  const stream = document.body.dataset.stream;
  if (!stream) return;
  const policy = window.trustedTypes?.createPolicy('bindeledd', { createHTML: (text) => text });
  const regions = () => [...document.querySelectorAll('[data-live]')];
  const note = document.querySelector('[data-live-note]');
  let stopped = false, running = new Map(), source;
  const stamp = () => { const at = new Date().toLocaleTimeString('nb', { timeZone: 'Europe/Oslo' }).replaceAll(':', '.'); for (const element of document.querySelectorAll('[data-live-time]')) element.textContent = at; };
  const say = (state) => { if (note) note.dataset.state = state; };
  async function refresh(region) {
    if (running.get(region.id)) { running.set(region.id, 'again'); return; }
    running.set(region.id, 'once');
    try {
      const url = new URL(location.href); url.searchParams.set('region', region.id);
      const answer = await fetch(url, { headers: { accept: 'text/html' }, credentials: 'same-origin' });
      if (answer.redirected || answer.status === 401) { say('signed-out'); source.close(); return; }
      if (!answer.ok) return say('late');
      const text = await answer.text();
      const fresh = new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html').getElementById(region.id);
      if (fresh) Idiomorph.morph(region, fresh, { ignoreActiveValue: true, restoreFocus: true });
      say('fresh'); stamp();
    } catch { say('late'); } finally {
      const again = running.get(region.id) === 'again'; running.delete(region.id);
      if (again) setTimeout(() => refresh(region), 2000);
    }
  }
  function open() {
    source = new EventSource(stream);
    source.onopen = () => say('fresh');
    source.onerror = () => say('late');
    source.addEventListener('changed', (event) => {
      if (stopped || document.hidden) return;
      const topics = event.data.split(' ');
      for (const region of regions()) if (topics.includes(region.dataset.live)) refresh(region);
    });
  }
  document.addEventListener('visibilitychange', () => { if (!document.hidden && !stopped) regions().forEach(refresh); });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-live-stop]'); if (!button) return;
    stopped = !stopped; button.setAttribute('aria-pressed', String(stopped)); if (!stopped) regions().forEach(refresh);
  });
  for (const element of document.querySelectorAll('[data-plain]')) element.hidden = true;
  for (const element of document.querySelectorAll('[data-live-stop]')) element.hidden = false;
  if (regions().length) open();
})();
