(() => {
  'use strict';
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // The contents show which part is being read.
  const links = new Map(all('nav a').map((link) => [link.hash.slice(1), link]));
  const current = (id) => links.forEach((link, name) => {
    if (name === id) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  });
  if (links.size && 'IntersectionObserver' in window) {
    const near = new IntersectionObserver((entries) => {
      const seen = entries.filter((entry) => entry.isIntersecting).pop();
      if (seen) current(seen.target.id);
    }, { rootMargin: '-10% 0px -80% 0px' });
    all('section.part').forEach((part) => near.observe(part));
  }

  const form = document.getElementById('filter');
  if (!form) return;
  const search = form.querySelector('input[type=search]');
  const boxes = all('input[type=checkbox]', form);
  const told = form.querySelector('output');
  const note = document.getElementById('filter-note');
  const clear = form.querySelector('button');
  const counted = (number) => number.toLocaleString(document.documentElement.lang);
  const lower = (node) => node.textContent.toLocaleLowerCase();

  const tables = all('table.filtered').map((table) => ({
    table,
    none: table.parentElement.nextElementSibling,
    part: table.closest('section.part'),
    groups: all('tbody', table).map((body) => ({
      body,
      head: all('tr.group', body).map(lower).join(' '),
      rows: all('tr[data-status]', body).map((row) => ({ row, words: null, fits: true })),
    })),
  }));
  const parts = new Map();
  for (const { part } of tables) {
    parts.set(part, { words: lower(part.querySelector('.title')), link: links.get(part.id) });
  }
  const total = tables.reduce((sum, { groups }) => sum + groups.reduce((all, { rows }) => all + rows.length, 0), 0);

  const hide = (element, hidden) => {
    if (element.hidden !== hidden) element.hidden = hidden;
  };
  const apply = () => {
    const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const statuses = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const active = words.length > 0 || statuses.size > 0;
    const left = new Map([...parts.keys()].map((part) => [part, 0]));
    let shown = 0;
    for (const { part, groups } of tables) {
      const title = parts.get(part).words;
      for (const { head, rows } of groups) {
        for (const entry of rows) {
          if (words.length && entry.words === null) entry.words = lower(entry.row);
          entry.fits = (!statuses.size || statuses.has(entry.row.dataset.status))
            && words.every((word) => entry.words.includes(word) || head.includes(word) || title.includes(word));
          if (entry.fits) left.set(part, left.get(part) + 1);
        }
      }
    }
    let remaining = 0;
    left.forEach((count, part) => {
      const gone = active && count === 0;
      const { link } = parts.get(part);
      hide(part, gone);
      if (link) hide(link.parentElement, gone);
      remaining += !gone;
      shown += count;
    });
    for (const { table, none, part, groups } of tables) {
      // Nobody sees into a part that is gone; in a large report these are nearly all.
      if (part.hidden) continue;
      let here = 0;
      for (const { body, rows } of groups) {
        let within = 0;
        for (const entry of rows) {
          hide(entry.row, !entry.fits);
          within += entry.fits;
        }
        hide(body, rows.length > 0 && within === 0);
        here += within;
      }
      hide(table, active && here === 0);
      hide(none, !table.hidden);
    }
    told.value = active
      ? `${counted(shown)} of ${counted(total)} permissions, in ${counted(remaining)} of ${counted(left.size)} parts`
      : `${counted(total)} permissions`;
    note.hidden = !active;
    note.textContent = active
      ? `Filtered on screen: ${told.value} are shown${statuses.size ? `; status ${[...statuses].join(', ')}` : ''}${
        words.length ? `; text “${search.value.trim()}”` : ''}. This is not the whole report.`
      : '';
    clear.hidden = !active;
  };

  let waiting = 0;
  search.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  form.addEventListener('change', apply);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });
  clear.addEventListener('click', () => {
    search.value = '';
    boxes.forEach((box) => { box.checked = false; });
    apply();
    search.focus();
  });
  form.hidden = false;
  apply();
})();
