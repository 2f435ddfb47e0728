// Small helps that a page works without: one sending of a form at a double click, focus after an act, the search key, keys for the
// sections, copying an id, drafts of what somebody types, near times that keep time. Single keys are off where a page says so.
(() => {
  const near = () => {
    for (const time of document.querySelectorAll('time[data-near]')) {
      const minutes = Math.round((Date.now() - Date.parse(time.dateTime)) / 60000);
      if (minutes < 1 || minutes > 59) continue;
      time.textContent = document.documentElement.lang === 'en' ? `${minutes} min ago` : `${minutes} min siden`;
    }
  };
  setInterval(near, 30000);
  document.querySelector('[data-focus]')?.focus();
  // A second click sends no form again while the first answer is under way: that one alone may have a link, a key or codes that are
  // shown once.
  document.addEventListener('submit', (event) => {
    const form = event.target, now = Date.now();
    if (form.method !== 'post') return;
    if (now - Number(form.dataset.sent ?? 0) < 10000) event.preventDefault();
    else form.dataset.sent = now;
  });
  addEventListener('pageshow', (event) => { if (event.persisted) for (const form of document.forms) delete form.dataset.sent; });
  for (const plain of document.querySelectorAll('[data-script]')) plain.hidden = false;
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    try { await navigator.clipboard.writeText(button.dataset.copy); button.dataset.done = ''; } catch { /* the id can be marked by hand */ }
  });
  // The room that is left in a text.
  for (const left of document.querySelectorAll('[data-left]')) {
    const field = document.getElementById(left.dataset.left), words = left.textContent;
    const count = () => { left.textContent = `${field.maxLength - field.value.length} ${words}`; };
    left.hidden = false; field.addEventListener('input', count); count();
  }
  // A form that names an address for it is saved some seconds after typing, and when a field is left.
  const draft = document.querySelector('form[data-draft]');
  if (draft) {
    const typed = () => { const body = new URLSearchParams(new FormData(draft)); body.set('do', 'keep'); return body; };
    const note = draft.querySelector('[data-saved]');
    let timer, saved = String(typed());
    const say = (is) => { if (note) note.hidden = !is; };
    const keep = async () => {
      clearTimeout(timer);
      const body = typed(), now = String(body);
      if (now === saved) return;
      try { const answer = await fetch(draft.dataset.draft, { method: 'POST', body, credentials: 'same-origin', redirect: 'error' }); if (answer.ok) saved = now; say(answer.ok); } catch { say(false); }
    };
    draft.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(keep, 5000); say(false); });
    draft.addEventListener('focusout', keep);
    // The form itself goes now: nothing is saved beside it.
    draft.addEventListener('submit', () => { clearTimeout(timer); saved = String(typed()); });
  }
  let keysOff = false;
  try { keysOff = localStorage.getItem('bindeledd-keys') === 'off'; } catch { /* a browser without storage */ }
  const markKeys = () => { for (const button of document.querySelectorAll('[data-keys-off]')) button.setAttribute('aria-pressed', String(keysOff)); };
  markKeys();
  document.addEventListener('click', (event) => {
    if (!event.target.closest('[data-keys-off]')) return;
    keysOff = !keysOff;
    try { localStorage.setItem('bindeledd-keys', keysOff ? 'off' : 'on'); } catch { /* it holds for this page */ }
    markKeys();
  });
  let last = '';
  document.addEventListener('keydown', (event) => {
    if (keysOff || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return;
    const go = (selector) => { const target = document.querySelector(selector); if (target) { event.preventDefault(); target.focus(); target.click(); } };
    if (last === 'g' && /^[a-z]$/.test(event.key)) go(`[data-key="${event.key}"]`);
    else if (event.key === '/') { const field = document.querySelector('[data-search]'); if (field) { event.preventDefault(); field.focus(); } }
    else if (event.key === 'j') go('[data-next]');
    else if (event.key === 'k') go('[data-previous]');
    else if (event.key === '?') { const keys = document.querySelector('[data-keys]'); if (keys) { keys.open = !keys.open; keys.scrollIntoView(); } }
    last = event.key;
  });
})();
