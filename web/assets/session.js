// SPDX-License-Identifier: Apache-2.0
// A form that is sent after its session has ended goes nowhere, and the next
// page would take away what was typed. So each form asks first whether
// whoever opened the page is still signed in. If not, it stays as it is and
// says what to do; when the same person has signed in again, in another tab,
// it takes the new session's token and goes. Nothing that was typed leaves
// the form, or is stored anywhere.
// Without this script the server refuses such a form, as it does anyway; a
// browser that cannot send a form anew with its button (Safari before 16) does
// as if there were none.
const WAIT_MS = 15000;
const words = document.getElementById('not-sent');
const meant = new WeakSet();
let isAsking = false;

// {state, token}: "same", "other", "ended", or "busy" when nobody can tell.
async function ask() {
  try {
    const answer = await fetch(words.dataset.ask, {
      headers: {Accept: 'application/json'},
      cache: 'no-store',
      signal: AbortSignal.timeout?.(WAIT_MS),
    });
    if (answer.status === 401) return {state: 'ended'};
    if (!answer.ok) return {state: 'busy'};
    const {login, form_token: token} = await answer.json();
    return {state: login === words.dataset.login ? 'same' : 'other', token};
  } catch {
    return {state: 'busy'};
  }
}

function withdraw() {
  document.querySelector('.not-sent')?.remove();
}

function tell(form, button, state) {
  const box = document.createElement('div');

  withdraw();
  box.className = 'problem not-sent';
  box.dataset.state = state;
  box.setAttribute('role', 'alert');
  box.append(words.content.querySelector(`[data-state=${state}]`).cloneNode(true));
  (button?.closest('p') ?? button ?? form.lastElementChild).before(box);
  box.scrollIntoView({block: 'nearest'});
}

async function hold(event) {
  const form = event.target;
  const button = event.submitter;

  if (meant.delete(form) || !form.elements.form || !form.closest('main')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isAsking) return;
  isAsking = true;
  const {state, token} = await ask();
  isAsking = false;
  if (state !== 'same') {
    tell(form, button, state);
    return;
  }
  withdraw();
  for (const field of document.querySelectorAll('input[name=form]')) field.value = token;
  meant.add(form);
  form.requestSubmit(button);
}

if (HTMLFormElement.prototype.requestSubmit)
  document.addEventListener('submit', hold, true);
