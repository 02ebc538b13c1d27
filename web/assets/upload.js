// SPDX-License-Identifier: Apache-2.0
// Sending a file from the desk: it can be dropped on the form, and how much of
// it has gone is shown. Whatever answer the server gives, a report or an
// error, is the page that comes next. Without this script the form does the
// same and shows nothing meanwhile.

function attach(form) {
  const input = form.querySelector('input[type=file]');
  const button = form.querySelector('button[type=submit]');
  const box = document.createElement('p');
  const bar = document.createElement('progress');
  const words = document.createElement('span');
  let key = '';
  let keyOf = '';

  box.className = 'upload-progress';
  box.hidden = true;
  box.setAttribute('role', 'status');
  bar.max = 1;
  bar.setAttribute('aria-label', form.dataset.sending);
  box.append(bar, ' ', words);
  button.after(box);
  // Who comes back from a report finds the page as it was left.
  button.disabled = false;
  addEventListener('pageshow', ({persisted}) => {
    if (!persisted) return;
    button.disabled = false;
    box.hidden = true;
  });

  function say(text) {
    box.hidden = false;
    words.textContent = text;
  }

  // Whoever goes away meanwhile is asked: what is on its way would be lost.
  function stay(event) {
    event.preventDefault();
  }

  function end(text) {
    removeEventListener('beforeunload', stay);
    say(text);
    bar.hidden = true;
    button.disabled = false;
  }

  // A line may break when all is there and only the answer is not: what is
  // sent again then, by hand or by the browser itself, has the same key, and
  // is the same submission.
  function keyFor(item, file) {
    const of = [item, file?.name, file?.size, file?.lastModified].join();

    if (of !== keyOf)
      key = [...crypto.getRandomValues(new Uint8Array(16))]
        .map(byte => byte.toString(16).padStart(2, '0')).join('');
    keyOf = of;
    return key;
  }

  // The page that the form would have led to.
  function show(request) {
    const isHtml = (request.getResponseHeader('Content-Type') ?? '')
      .startsWith('text/html');

    removeEventListener('beforeunload', stay);
    keyOf = '';
    if (request.status === 413)
      end(form.dataset.tooLarge);
    else if (request.status === 429 || request.status === 503)
      end(form.dataset.busy);
    else if (request.status < 400 && request.responseURL)
      location.assign(request.responseURL);
    else if (isHtml)
      document.documentElement.replaceWith(document.importNode(
        request.response.documentElement, true));
    else
      end(form.dataset.failed);
  }

  form.addEventListener('submit', (event) => {
    const request = new XMLHttpRequest();
    const body = new FormData(form);

    event.preventDefault();
    if (input.files[0]?.size > Number(form.dataset.max)) {
      bar.hidden = true;
      say(form.dataset.tooLarge);
      return;
    }
    button.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    say(form.dataset.sending);
    request.upload.addEventListener('progress', ({loaded, total}) => {
      bar.value = total ? loaded / total : 0;
      say(`${form.dataset.sending} ${Math.floor(100 * bar.value)}%`);
    });
    // All of it is there: the server takes the rows in.
    request.upload.addEventListener('load', () => {
      bar.removeAttribute('value');
      say(form.dataset.taking);
    });
    request.addEventListener('load', () => show(request));
    request.addEventListener('error', () => end(form.dataset.failed));
    request.open('POST', form.action);
    request.responseType = 'document';
    request.setRequestHeader('Accept', 'text/html');
    body.append('key', keyFor(form.elements.item.value, input.files[0]));
    addEventListener('beforeunload', stay);
    request.send(body);
  });

  form.addEventListener('dragover', (event) => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    form.classList.add('is-over');
  });
  form.addEventListener('dragleave', (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove('is-over');
  });
  form.addEventListener('drop', (event) => {
    form.classList.remove('is-over');
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    if (event.dataTransfer.files.length > 1) {
      bar.hidden = true;
      say(form.dataset.one);
      return;
    }
    box.hidden = true;
    input.files = event.dataTransfer.files;
    input.focus();
  });
  form.querySelector('[data-drop]').hidden = false;
}

const form = document.getElementById('upload');
if (form) attach(form);
