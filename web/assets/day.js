// SPDX-License-Identifier: Apache-2.0
// A day is asked for by a field of text, which works everywhere; whoever
// goes to it gets the browser's own picker instead. Not before: a picker that
// nobody looks at costs a phone as much time as the rest of a page. What is
// written there and is no day stays text, for a picker would empty it.
const YEARS_OF_FOUR_DIGITS = '9999-12-31';

function become(event) {
  const input = event.target;
  if (!input.matches?.('input[data-day]'))
    return;
  const had = document.activeElement === input;
  const written = input.value;
  input.type = 'date';
  if (input.value !== written) {
    input.type = 'text';
    input.value = written;
    return;
  }
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
