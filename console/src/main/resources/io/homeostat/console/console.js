// Keeps a page as it is on the agent: listens for news, fetches the page anew, and puts the parts that changed in place.
(() => {
  'use strict';
  const root = document.body.dataset.root;
  const live = document.getElementById('live');
  const SILENT = 12000; // The agent says something at least every five seconds.

  // Times: the page says UTC, people live elsewhere.
  const clock = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});
  const hour = new Intl.DateTimeFormat(undefined, {timeStyle: 'medium'});
  function localise(within) {
    const today = new Date().toDateString();
    for (const time of within.querySelectorAll('time[datetime]')) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      const utc = at.toISOString().replace('T', ' ').replace(/\.\d+Z/, ' UTC').replace('Z', ' UTC');
      time.title = clock.format(at) + '\n' + utc;
      if ('clock' in time.dataset) time.textContent = (at.toDateString() === today ? hour : clock).format(at);
    }
  }

  const parts = new Map();
  function know(page) {
    parts.clear();
    for (const part of page.querySelectorAll('[data-live]')) parts.set(part.id, part.outerHTML);
  }
  know(document);
  localise(document);
  for (const log of document.querySelectorAll('[data-end]')) log.scrollTop = log.scrollHeight;

  function busy(part) {
    const at = document.activeElement;
    return part.contains(at) && (at.matches('input, select') || at.closest('details[open]'))
        || part.querySelector('.action[open]');
  }

  function replace(old, fresh) {
    const open = [...old.querySelectorAll('details[open][id]')].map(each => each.id);
    const scrolled = [...old.querySelectorAll('.scroll, .canvas')].map(each => each.scrollLeft);
    const log = old.querySelector('[data-end]');
    const follows = log && log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const target = focused && (focused.getAttribute('href') || focused.id);
    old.replaceWith(fresh);
    localise(fresh);
    for (const id of open) { const each = document.getElementById(id); if (each) each.open = true; }
    [...fresh.querySelectorAll('.scroll, .canvas')].forEach((each, i) => { each.scrollLeft = scrolled[i] || 0; });
    const now = fresh.querySelector('[data-end]');
    if (now) now.scrollTop = !log || follows ? now.scrollHeight : log.scrollTop;
    if (target) {
      const same = [...fresh.querySelectorAll('a, button, summary, [id]')]
          .find(each => (each.getAttribute('href') || each.id) === target);
      if (same) same.focus({preventScroll: true});
    }
  }

  let fetching = false, again = false;
  async function refresh() {
    if (!parts.size || document.hidden) return;
    if (fetching) { again = true; return; }
    fetching = true;
    again = false;
    try {
      const answer = await fetch(location.href.split('#')[0], {headers: {'X-Refresh': 'true'}, credentials: 'same-origin'});
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const now = [...page.querySelectorAll('[data-live]')];
      if (now.length !== parts.size || now.some(fresh => !parts.has(fresh.id))) {
        // A part came or went: the page as a whole is another one.
        const old = document.querySelector('main');
        if (busy(old)) return;
        know(page);
        replace(old, document.adoptNode(page.querySelector('main')));
        return;
      }
      for (const fresh of now) {
        const old = document.getElementById(fresh.id);
        const html = fresh.outerHTML;
        if (!old || parts.get(fresh.id) === html || busy(old)) continue;
        parts.set(fresh.id, html);
        replace(old, document.adoptNode(fresh));
      }
    } catch (unreachable) {
      // The stream notices too, and says so.
    } finally {
      fetching = false;
      if (again) refresh();
    }
  }

  // Live: one stream; the browser connects again by itself.
  let heard = 0;
  function said() {
    heard = Date.now();
    if (!live) return;
    live.className = 'live on';
    live.textContent = 'live';
    document.body.classList.remove('stale');
  }
  function check() {
    if (!live || document.hidden) return;
    if (heard && Date.now() - heard < SILENT) return;
    if (!heard && Date.now() - began < SILENT) return;
    live.className = 'live stale';
    live.textContent = heard ? 'stale since ' + new Date(heard).toLocaleTimeString() : 'not live';
    document.body.classList.add('stale');
  }
  let began = Date.now();
  if (live && window.EventSource) {
    // A browser opens six connections to one agent, whatever the number of tabs: only the one that is looked at has a stream.
    let stream;
    const quiet = () => { if (stream) stream.close(); stream = undefined; };
    const listen = () => {
      quiet();
      if (document.hidden) return;
      stream = new EventSource(root + 'live');
      stream.addEventListener('change', () => { said(); refresh(); });
      stream.addEventListener('beat', () => { said(); refresh(); });
      stream.addEventListener('error', () => {
        check();
        if (stream && stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
      });
    };
    const look = () => { if (document.hidden) { quiet(); } else { began = Date.now(); heard = 0; listen(); } };
    listen();
    setInterval(check, 1000);
    document.addEventListener('visibilitychange', look);
    addEventListener('pagehide', quiet);
    addEventListener('pageshow', event => { if (event.persisted) look(); });
  }

  // Keyboard.
  let going = 0;
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest('input, select, textarea');
    if (event.key === 'Escape') {
      if (typing) typing.blur();
      for (const open of document.querySelectorAll('.action[open]')) open.open = false;
      return;
    }
    if (typing) return;
    if (event.key === '/') {
      const field = document.querySelector('.search input');
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === 'g') {
      going = Date.now();
    } else if (Date.now() - going < 1500) {
      const link = document.querySelector('[data-key="g ' + CSS.escape(event.key) + '"]');
      going = 0;
      if (link) link.click();
    }
  });
  document.addEventListener('change', event => {
    if (event.target.matches('[data-submit]')) event.target.form.submit();
  });
  document.addEventListener('click', event => {
    for (const open of document.querySelectorAll('.action[open]')) if (!open.contains(event.target)) open.open = false;
  });
})();
