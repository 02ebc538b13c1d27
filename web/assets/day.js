// SPDX-License-Identifier: Apache-2.0
// A day is asked for by a field of text, which works everywhere; whoever
// goes to it gets the browser's own picker instead. Not before: a picker that
// nobody looks at costs a phone as much time as the rest of a page. What is
// written there and is no day stays text, for a picker would empty it.
const YEARS_OF_FOUR_DIGITS = '9999-12-31';

function isDay(text) {
  const at = Date.parse(`${text}T00:00Z`);
  return !isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

function become(event) {
  const input = event.target;
  if (!input.matches?.('input[data-day]') ||
      (input.value && !isDay(input.value)))
    return;
  const had = document.activeElement === input;
  input.type = 'date';
  input.min = input.dataset.min ?? '';
  input.max = input.dataset.max ?? YEARS_OF_FOUR_DIGITS;
  delete input.dataset.day;
  // What was pressed is gone from under the finger.
  if (event.type === 'pointerdown')
    addEventListener('click', () => input.focus(), {once: true});
  else if (had)
    input.focus();
}

for (const way of ['pointerover', 'pointerdown', 'focusin'])
  addEventListener(way, become, true);
