// SPDX-License-Identifier: Apache-2.0
// Suggestions under the search field, as one types: an ARIA combobox with a
// list box. Without this script the form works as it is.
const WAIT_MS = 120;

function attach(box) {
  const input = box.querySelector('input');
  const list = document.createElement('ul');
  let timer = 0;
  let asked = null;
  let active = -1;

  list.className = 'suggest';
  list.id = `${input.id}-list`;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', document.querySelector(
    `label[for="${input.id}"]`).textContent);
  list.hidden = true;
  box.append(list);
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-controls', list.id);

  // Also what is asked already: its answer would open the list again.
  function close() {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  // Who has gone to an option keeps it: a later answer does not take it away.
  function select(index) {
    clearTimeout(timer);
    asked?.abort();
    const options = [...list.children];
    active = options.length === 0 ? -1
      : (index + options.length) % options.length;
    options.forEach((option, i) =>
      option.setAttribute('aria-selected', String(i === active)));
    if (active < 0) {
      input.removeAttribute('aria-activedescendant');
    } else {
      input.setAttribute('aria-activedescendant', options[active].id);
      options[active].scrollIntoView({block: 'nearest'});
    }
  }

  function show(results) {
    list.replaceChildren(...results.map((result, i) => {
      const option = document.createElement('li');
      const name = document.createElement('span');
      const code = document.createElement('span');

      option.id = `${list.id}-${i}`;
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
      option.dataset.href = `/subjects/${encodeURIComponent(result.code)}`;
      name.textContent = result.name;
      code.textContent = result.code;
      code.className = 'code';
      option.append(name, code);
      return option;
    }));
    active = -1;
    list.hidden = results.length === 0;
    input.setAttribute('aria-expanded', String(!list.hidden));
    input.removeAttribute('aria-activedescendant');
  }

  async function ask() {
    const text = input.value.trim();

    asked?.abort();
    if (text === '') {
      close();
      return;
    }
    asked = new AbortController();
    try {
      const answer = await fetch(
        `${box.dataset.suggest}?q=${encodeURIComponent(text)}`,
        {signal: asked.signal, headers: {Accept: 'application/json'}});
      if (answer.ok)
        show((await answer.json()).results);
      else
        close();
    } catch (error) {
      if (error.name !== 'AbortError')
        close();
    }
  }

  input.addEventListener('input', event => {
    clearTimeout(timer);
    // What an input method is still composing is no question yet.
    if (!event.isComposing)
      timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener('compositionend', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !event.isComposing) {
      if (!list.hidden)
        event.preventDefault();
      close();
    }
    if (event.isComposing || list.hidden)
      return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      select(event.key === 'ArrowDown' ? active + 1
        : active < 0 ? -1 : active - 1);
    } else if (event.key === 'Enter' && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.href);
    }
  });
  input.addEventListener('blur', () => setTimeout(close, 150));
  list.addEventListener('mousedown', event => event.preventDefault());
  list.addEventListener('click', event => {
    const option = event.target.closest('[role="option"]');
    if (option)
      location.assign(option.dataset.href);
  });
}

document.querySelectorAll('[data-suggest]').forEach(attach);
