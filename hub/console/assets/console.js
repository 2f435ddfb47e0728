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
  // A line for screen readers: what a button did that leads nowhere.
  const said = document.createElement('p');
  said.className = 'sr'; said.setAttribute('role', 'status');
  document.querySelector('main')?.append(said);
  // Copies the text of the element with the id in `data-copy`, or the words in `data-copy-text`.
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy], [data-copy-text]');
    if (!button) return;
    const from = document.getElementById(button.dataset.copy ?? '');
    const words = button.dataset.copyText ?? from?.value ?? from?.innerText;
    if (words === undefined) return;
    try { await navigator.clipboard.writeText(words.trim()); } catch { return; /* the text can be marked by hand */ }
    for (const other of document.querySelectorAll('[data-done]')) delete other.dataset.done;
    button.dataset.done = '';
    said.textContent = document.documentElement.lang === 'en' ? 'Copied' : 'Kopiert';
    setTimeout(() => { delete button.dataset.done; said.textContent = ''; }, 4000);
  });
  document.addEventListener('click', (event) => { if (event.target.closest('[data-print]')) window.print(); });
  // The room that is left in a text.
  for (const left of document.querySelectorAll('[data-left]')) {
    const field = document.getElementById(left.dataset.left), words = left.textContent;
    const count = () => { left.textContent = `${field.maxLength - field.value.length} ${words}`; };
    left.hidden = false; field.addEventListener('input', count); count();
  }
  // A form that names an address for it is saved some seconds after typing, and when a field is left. While somebody types, the hub
  // reads the form as well: the text as receivers read it, and the marks of the guard beside their fields.
  const draft = document.querySelector('form[data-draft]');
  if (draft) {
    const typed = () => new URLSearchParams(new FormData(draft));
    const show = (name, is) => { for (const element of draft.querySelectorAll(`[${name}]`)) element.hidden = !is; };
    const post = (address, body) => fetch(address, { method: 'POST', body, credentials: 'same-origin', redirect: 'manual' });
    let toKeep, toLook, saved = String(typed()), read = saved, isLooking = false, isOver = false, isLeaving = false;
    // The session is over. The typed text stands on the page, and the hub has kept it if it leads to the sign-in.
    const over = (isKept) => {
      isOver = true;
      const note = draft.querySelector('[data-over]');
      if (!note) return;
      for (const words of note.querySelectorAll('[data-when]')) words.hidden = (words.dataset.when === 'kept') !== isKept;
      note.hidden = false;
      for (const field of draft.elements) { if (field.type === 'submit') field.disabled = true; else field.readOnly = true; }
    };
    const keep = async () => {
      clearTimeout(toKeep);
      const now = String(typed()), body = typed();
      if (now === saved || isOver || isLeaving) return;
      body.set('do', 'keep');
      const before = saved;
      saved = now;
      let isKept = false, mayBeKept = true;
      try {
        const answer = await post(draft.dataset.draft, body);
        if (answer.type === 'opaqueredirect') return over(true);
        if (answer.status === 401 || answer.status === 403) return over(false);
        [isKept, mayBeKept] = [answer.ok, answer.status !== 409];
      } catch { /* the hub does not answer */ }
      if (!isKept) { saved = before; if (mayBeKept && !isLeaving) toKeep = setTimeout(keep, 5000); }
      show('data-saved', isKept && String(typed()) === now); show('data-not-saved', !isKept);
    };
    const look = async () => {
      clearTimeout(toLook);
      const now = String(typed());
      if (now === read || isLooking || isOver || isLeaving) return;
      isLooking = true; read = now;
      try {
        const answer = await post(draft.dataset.looks, typed());
        if (answer.status === 401) { if (now === saved) over(true); else keep(); }
        if (answer.ok) {
          const fresh = window.bindeledd.read(await answer.text());
          for (const part of document.querySelectorAll('[data-look]')) {
            const other = fresh.getElementById(part.id);
            if (other) Idiomorph.morph(part, other); else part.replaceChildren();
          }
        }
      } catch { /* the next look may succeed */ }
      isLooking = false;
      if (String(typed()) !== read) toLook = setTimeout(look, 700);
    };
    const changed = () => {
      clearTimeout(toKeep); toKeep = setTimeout(keep, 5000);
      show('data-saved', false);
      if (draft.dataset.looks) { clearTimeout(toLook); toLook = setTimeout(look, 700); }
    };
    draft.addEventListener('input', changed);
    draft.addEventListener('change', changed);
    draft.addEventListener('focusout', keep);
    // The form itself goes now: nothing is saved beside it.
    draft.addEventListener('submit', () => { isLeaving = true; clearTimeout(toKeep); clearTimeout(toLook); });
    addEventListener('pageshow', () => { isLeaving = false; });
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
