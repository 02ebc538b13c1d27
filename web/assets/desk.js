// SPDX-License-Identifier: Apache-2.0
// Live checks of a record that is being written: the whole row goes to the
// server's own checker, and each finding comes to stand beside its field. A
// field is judged when it was left, so that nobody is told off while typing.
// Without this script the button "Check" does the same.
const WAIT_MS = 400;
const isEnglish = document.documentElement.lang === 'en';
// Between two sentences.
const GAP = isEnglish ? ' ' : '';

function rowOf(form) {
  const row = {};

  for (const [name, value] of new FormData(form)) {
    if (name === 'form' || name === 'do' || typeof value !== 'string') continue;
    const text = value.trim();
    if (text) row[name] = row[name] ? `${row[name]}、${text}` : text;
  }
  for (const fixed of form.querySelectorAll('.desk-fixed'))
    row[fixed.closest('[data-name]').dataset.name] = fixed.value.trim();
  return row;
}

// As the pages write it.
function dayOf(date) {
  const form = new Intl.DateTimeFormat(isEnglish ? 'en-GB' : 'zh-CN',
    {dateStyle: 'long', timeZone: 'UTC'});

  return form.format(new Date(`${date}T00:00Z`));
}

function lineOf(finding) {
  const line = document.createElement('span');

  line.className = finding.severity === 'error' ? 'finding is-error' : 'finding';
  line.append(finding.message);
  if (finding.mend) line.append(document.createElement('br'), finding.mend);
  if (finding.basis) {
    const basis = document.createElement('span');
    basis.className = 'sub';
    basis.textContent =
      ` 《${finding.basis.title}》${finding.basis.number} ${finding.basis.article}`;
    line.append(basis);
  }
  return line;
}

function attach(form) {
  const summary = document.getElementById('summary');
  const left = new Set();
  let timer = 0;
  let asked = null;

  // A natural person's row has one finding, of no field of the form.
  function showSummary(answer) {
    const box = document.createElement('p');
    const strong = document.createElement('strong');
    const text = document.createElement('span');
    const due = answer.publication;

    box.className = answer.is_good ? 'alert alert-info' : 'problem';
    strong.textContent = answer.summary;
    text.append(strong);
    if (answer.is_good && due)
      text.append(GAP, !due.published ? due.why
        : due.until ? form.dataset.until.replace('0', dayOf(due.until))
          : form.dataset.public);
    if (answer.late) text.append(GAP, form.dataset.late.replace('0', dayOf(answer.due)));
    if (answer.late && !answer.holidays_known)
      text.append(` ${form.dataset.holidays}`);
    box.append(text);
    summary.replaceChildren(box);
    summary.dataset.state = answer.outcome;
  }

  // Each is named, and leads to its field.
  function showWrong(outcome) {
    const wrong = [...form.querySelectorAll('.desk-field.has-error')];

    summary.dataset.state = outcome;
    if (!wrong.length) { summary.replaceChildren(); return; }
    const box = document.createElement('p');
    const text = document.createElement('span');
    box.className = 'problem';
    text.append(form.dataset.wrong.replace('0', wrong.length));
    for (const field of wrong) {
      const link = document.createElement('a');
      link.href = `#${(field.querySelector('[id^=x-]') ?? field.querySelector('.desk-findings')).id}`;
      link.textContent = field.querySelector('.form-label span').textContent;
      text.append(' ', link);
    }
    box.append(text);
    // It is read out when it changes, and only then.
    if (summary.textContent !== box.textContent) summary.replaceChildren(box);
  }

  function show(answer) {
    for (const field of form.querySelectorAll('[data-name]')) {
      const of = answer.findings.filter(f => f.field === field.dataset.name);
      const given = answer.outcome === 'natural-person' || left.has(field.dataset.name);
      const input = field.querySelector('input, select, textarea');
      const shown = given ? of : of.filter(f => f.rule !== 'required-missing' && f.value);

      field.querySelector('.desk-findings').replaceChildren(...shown.map(lineOf));
      field.classList.toggle('has-error', shown.some(f => f.severity === 'error'));
      if (input && field.classList.contains('has-error')) input.setAttribute('aria-invalid', 'true');
      else input?.removeAttribute('aria-invalid');
    }
    // While half of the form is empty, "refused" says nothing new: only how
    // many of the fields that somebody has been to are still wrong.
    if (answer.is_good || answer.outcome === 'natural-person') showSummary(answer);
    else showWrong(answer.outcome);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.check, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Accept': 'application/json',
          'X-Form-Token': form.elements.form.value,
        },
        body: JSON.stringify({item: form.dataset.item, row: rowOf(form)}),
        signal: asked.signal,
      });
      if (answer.ok) show(await answer.json());
    } catch {
      // Nobody is kept from writing; the button asks again.
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  }

  form.addEventListener('focusout', event => {
    const field = event.target.closest('[data-name]');
    if (!field || field.contains(event.relatedTarget)) return;
    left.add(field.dataset.name);
    soon();
  });
  form.addEventListener('input', soon);
  // What was sent and came back is judged whole.
  if (summary.dataset.state)
    for (const field of form.querySelectorAll('[data-name]')) left.add(field.dataset.name);
}

for (const form of document.querySelectorAll('form[data-check]')) attach(form);
