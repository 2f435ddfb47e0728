// Helps of the participant's page that it works without: reading aloud, and leaving in a moment. It is written for old browsers.
(function () {
  var root = document.documentElement;
  var each = function (selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); };

  // Leaving takes the page away at once, and puts another one in its place in the history. The session ends on the way.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!form.hasAttribute('data-leave') || !window.fetch) return;
    event.preventDefault();
    if (window.speechSynthesis) speechSynthesis.cancel();
    root.hidden = true;
    document.title = '';
    var go = function () { location.replace(form.getAttribute('data-leave')); };
    var body = new URLSearchParams(new FormData(form));
    // The hub that does not answer within three seconds can not keep anybody here.
    setTimeout(go, 3000);
    fetch(form.action, { method: 'POST', body: body, credentials: 'same-origin', redirect: 'manual', keepalive: true }).then(go, go);
  });
  // A page out of the memory of the browser is asked for again: its session may be over.
  window.addEventListener('pageshow', function (event) { if (event.persisted) location.reload(); });

  // Reading aloud, a block at a time: browsers stop in the middle of a long text.
  if (!window.speechSynthesis || !window.SpeechSynthesisUtterance) return;
  var tags = { nb: ['nb', 'no', 'nn', 'da'], nn: ['nn', 'nb', 'no', 'da'], en: ['en'] }[root.lang] || [root.lang];
  var voice = function () {
    var voices = speechSynthesis.getVoices();
    for (var i = 0; i < tags.length; i += 1) {
      for (var j = 0; j < voices.length; j += 1) if (voices[j].lang.toLowerCase().slice(0, 2) === tags[i]) return voices[j];
    }
    return null;
  };
  var blocks = function () {
    var texts = [];
    each('main h1, main h2, main h3, main p, main li, main label, main legend, main desc, main .day time', function (block) {
      // A list inside an entry is read by its own entries.
      if (block.querySelector('p, li, h3, label') || (block.closest && block.closest('label') !== block && block.closest('label'))) return;
      if (block.className === 'legend') return;
      var text = (block.innerText || block.textContent).replace(/\s+/g, ' ').replace(/§+/g, root.lang === 'en' ? 'section' : 'paragraf').trim();
      if (text && block.getClientRects().length + (block.tagName === 'desc' ? 1 : 0)) texts.push(text);
    });
    return texts;
  };
  var turn = 0;
  var mark = function (reads) {
    each('[data-read]', function (button) {
      button.setAttribute('aria-pressed', String(reads));
      button.textContent = button.getAttribute(reads ? 'data-stop' : 'data-read');
    });
  };
  var read = function (texts, own) {
    if (own !== turn) return;
    if (!texts.length) return mark(false);
    var said = new SpeechSynthesisUtterance(texts[0]);
    said.lang = root.lang === 'en' ? 'en-GB' : root.lang + '-NO';
    said.rate = 0.95;
    var found = voice();
    if (found) said.voice = found;
    said.onend = function () { read(texts.slice(1), own); };
    said.onerror = function () { if (own === turn) mark(false); };
    speechSynthesis.speak(said);
  };
  document.addEventListener('click', function (event) {
    if (!event.target.hasAttribute || !event.target.hasAttribute('data-read')) return;
    var reads = event.target.getAttribute('aria-pressed') === 'true';
    turn += 1;
    speechSynthesis.cancel();
    mark(!reads);
    if (!reads) read(blocks(), turn);
  });
  window.addEventListener('pagehide', function () { turn += 1; speechSynthesis.cancel(); });
  each('[data-read]', function (button) { button.hidden = false; });
})();
