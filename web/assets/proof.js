// SPDX-License-Identifier: Apache-2.0
// The visitor's own browser checks the seal of the record it shows:
//
//   content      organisation, kind, department and values on the page are
//                those of the sealed statement
//   commitment   SHA-256(salt || statement)
//   path         leaf SHA-256(0 || commitment), along the inclusion path of
//                RFC 6962 to the root of the checkpoint
//   signature    the checkpoint is of this log, signed by its key (Ed25519,
//                c2sp.org/signed-note)
//
// The words are the page's (data- attributes); here is only what holds.
const LEAF = 0;
const NODE = 1;
const ED25519 = 1; // the algorithm byte of signed notes
const utf8 = new TextEncoder();

// Like the page's as_date lambda.
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December'];

class Unable extends Error {}

function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text))
    throw new Error('no hexadecimal digits');
  return Uint8Array.from(text.match(/../g) ?? [], d => parseInt(d, 16));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), c => c.charCodeAt(0));
}

function join(...parts) {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function isSame(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));
}

// RFC 9162, 2.1.3.2. Numbers stay exact below 2^53; shifts would not.
async function rootOf(leaf, index, size, path) {
  let node = index;
  let last = size - 1;
  let hash = leaf;

  if (index >= size)
    throw new Error('the index is not in the tree');
  for (const sibling of path) {
    if (last === 0)
      throw new Error('the path is too long');
    if (node % 2 === 1 || node === last) {
      hash = await sha256([NODE], sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = await sha256([NODE], hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0)
    throw new Error('the path is too short');
  return hash;
}

// {text, origin, size, root, lines: [{name, id, signature}]}
function parseNote(note) {
  const at = note.indexOf('\n\n');
  const text = note.slice(0, at + 1);
  const [origin, size, root] = text.split('\n');
  const lines = note.slice(at + 2).split('\n').filter(l => l !== '')
    .map(line => {
      const m = /^— (\S+) (\S+)$/.exec(line);
      if (!m)
        throw new Error('a signature line that cannot be read');
      const bytes = fromBase64(m[2]);
      return {name: m[1], id: bytes.slice(0, 4), signature: bytes.slice(4)};
    });
  if (at < 0 || !/^[0-9]+$/.test(size))
    throw new Error('no checkpoint');
  return {text, origin, size: Number(size), root: fromBase64(root), lines};
}

// NAME+ID+BASE64, the base 64 being the algorithm's byte and the key.
async function parseKey(text) {
  const [name, id, ...rest] = text.trim().split('+');
  const bytes = fromBase64(rest.join('+'));
  const digest = await sha256(utf8.encode(`${name}\n`), bytes);
  const short = digest.slice(0, 4);

  if (bytes[0] !== ED25519 || bytes.length !== 33 ||
      !isSame(short, fromHex(id)))
    throw new Error('the key cannot be read');
  return {name, id: short, bytes: bytes.slice(1)};
}

async function checkSignature(note, keyText) {
  const key = await parseKey(keyText);
  const line = note.lines.find(l => l.name === key.name &&
    isSame(l.id, key.id));
  let imported;

  if (!line || note.origin !== key.name)
    throw new Error('the checkpoint is not of this log');
  try {
    imported = await crypto.subtle.importKey('raw', key.bytes, 'Ed25519',
      false, ['verify']);
  } catch {
    throw new Unable('no Ed25519');
  }
  if (!await crypto.subtle.verify('Ed25519', imported, line.signature,
    utf8.encode(note.text)))
    throw new Error('the signature is wrong');
}

// ---- what the page shows ----

function dayText(iso, lang) {
  const [year, month, day] = iso.split('-').map(Number);
  if (iso === '2099-12-31')
    return lang.startsWith('zh') ? '长期' : 'long-term';
  return lang.startsWith('zh') ? `${year}年${month}月${day}日`
    : `${day} ${MONTHS[month - 1]} ${year}`;
}

const squeezed = text => text.replace(/\s+/g, ' ').trim();

// May one value of the statement be shown like this?
function isShownAs(value, element, lang) {
  const shown = squeezed(element.textContent);
  const text = squeezed(String(value));

  return shown === text || (/^\d{4}-\d\d-\d\d$/.test(text) &&
    element.querySelector('time')?.dateTime === text &&
    shown === dayText(text, lang));
}

function isMoneyShownAs(fen, shown) {
  const yuan = new Intl.NumberFormat('en', {minimumFractionDigits: 2})
    .format(fen / 100);
  return shown.replace(/[^\d.,]/g, '') === yuan;
}

// About whom, of what kind and from which department the page says it is.
function checkHead(sealed) {
  const code = document.querySelector('[data-about]');
  const item = document.querySelector('[data-item]');
  const from = document.querySelector('[data-from]');

  if (code?.textContent.replace(/\s/g, '') !== sealed.about)
    throw new Error('another organisation');
  if (item?.dataset.item !== sealed.item || from?.dataset.from !== sealed.from)
    throw new Error('another kind or department');
}

// Every value on the page stands in the statement, and as it stands there.
function checkContent(statement, record, lang) {
  const shown = [...record.querySelectorAll('[data-field]')];
  const sealed = JSON.parse(statement);
  const fields = sealed.fields ?? {};

  checkHead(sealed);
  if (shown.length === 0)
    throw new Error('the page shows no field');
  for (const element of shown) {
    const value = fields[element.dataset.field];
    const values = Array.isArray(value) ? value : [value];
    const parts = [...element.querySelectorAll('.part')];
    const isRight = value !== undefined && ('fen' in element.dataset
      ? isMoneyShownAs(value, element.textContent)
      : parts.length === values.length &&
        parts.every((part, i) => isShownAs(values[i], part, lang)));
    if (!isRight)
      throw new Error(`field ${element.dataset.field}`);
  }
}

// ---- the whole ----

async function check(section, record, tell) {
  const data = section.dataset;
  const statement = utf8.encode(data.statement);
  let commitment;
  let note;

  const step = async (name, work) => {
    try {
      await work();
      tell(name, 'good');
      return 'good';
    } catch (error) {
      const state = error instanceof Unable ? 'unable' : 'bad';
      tell(name, state);
      return state;
    }
  };
  const states = [
    await step('content', () => checkContent(data.statement, record,
      document.documentElement.lang)),
    await step('commitment', async () => {
      commitment = await sha256(fromHex(data.salt), statement);
      const named = section.querySelector('[data-commitment]');
      if (named && !isSame(commitment, fromHex(named.textContent.trim())))
        throw new Error('another commitment');
    }),
    await step('path', async () => {
      note = parseNote(data.checkpoint);
      const path = data.path.split(' ').filter(h => h !== '').map(fromHex);
      const leaf = await sha256([LEAF], commitment);
      const root = await rootOf(leaf, Number(data.index), note.size, path);
      if (Number(data.size) !== note.size || !isSame(root, note.root))
        throw new Error('another root');
    }),
    await step('signature', () => checkSignature(note, data.key)),
  ];
  if (states.includes('bad'))
    return 'bad';
  return states.includes('unable') ? 'partly' : 'good';
}

async function run() {
  const section = document.getElementById('proof');
  const record = document.getElementById('record');
  const result = document.getElementById('proof-result');
  const steps = document.getElementById('proof-steps');

  const say = state => {
    result.dataset.state = state;
    result.textContent = result.dataset[state];
  };
  const tell = (name, state) => {
    const item = steps.querySelector(`[data-step="${name}"]`);
    item.dataset.state = state;
    item.querySelector('.proof-state').textContent =
      {good: steps.dataset.held, bad: steps.dataset.failed,
        unable: steps.dataset.skipped}[state];
  };
  if (!globalThis.crypto?.subtle) {
    say('unable');
    return;
  }
  say('working');
  say(await check(section, record, tell));
}

run();
