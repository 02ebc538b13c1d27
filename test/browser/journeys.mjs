// SPDX-License-Identifier: Apache-2.0
// What visitors come for: find a subject, read it and its records, look at
// another day, change the language; and what they must not find.
import assert from 'node:assert/strict';

const search = page => page.locator('form[role=search] input[name=q]').first();

async function searchOpensSubject({ visitor, page, places }) {
	await visitor.go('/');
	await search(page).fill(places.name);
	await search(page).press('Enter');
	await page.waitForURL(/\/search\?|\/subjects\//);
	if (page.url().includes('/search'))
		await page.locator(`main a[href^="/subjects/${places.code}"]`)
		    .first().click();
	await page.waitForURL(`**/subjects/${places.code}*`);
	assert.ok((await page.innerText('h1')).includes(places.name));
	assert.ok((await page.innerText('main')).includes(places.code));
}

async function subjectOpensRecord({ visitor, page, places }) {
	await visitor.go(`/subjects/${places.code}`);
	await page.locator(`main a[href^="/records/${places.record}"]`)
	    .first().click();
	await page.waitForURL(`**/records/${places.record}`);
	const text = await page.innerText('main');
	assert.ok(text.includes(places.row.document));
	assert.ok(text.includes(places.row.department.title));
}

async function suggestionsByKeyboard({ visitor, page, places }) {
	await visitor.go('/');
	const input = search(page);
	await input.focus();
	await page.keyboard.type(places.name.slice(0, -2));
	const list = page.getByRole('listbox').first();
	await list.waitFor({ state: 'visible' });
	assert.equal(await input.getAttribute('aria-expanded'), 'true');
	await page.keyboard.press('ArrowDown');
	const active = await input.getAttribute('aria-activedescendant');
	assert.ok(active, 'no option is active after an arrow');
	const option = page.locator(`[id="${active}"]`);
	assert.equal(await option.getAttribute('aria-selected'), 'true');
	await page.keyboard.press('Escape');
	await list.waitFor({ state: 'hidden' });
	assert.equal(await input.getAttribute('aria-expanded'), 'false');
	await page.keyboard.press('Backspace');
	await list.waitFor({ state: 'visible' });
	await page.keyboard.press('ArrowDown');
	const told = await page.locator(`[id="${await input.getAttribute(
	    'aria-activedescendant')}"]`).innerText();
	await page.keyboard.press('Enter');
	await page.waitForURL('**/subjects/*');
	const code = page.url().match(/subjects\/([0-9A-Z]+)/)[1];
	assert.ok(told.includes(code), `${told} led to ${code}`);
}

async function wrongCodeIsExplained({ visitor, page, places }) {
	await visitor.go('/');
	await search(page).fill(places.wrongCode);
	await search(page).press('Enter');
	await page.waitForURL('**/search?*');
	const text = await page.locator('main #ident').first()
	    .innerText();
	assert.ok(text.includes('18'), `no position in: ${text}`);
	assert.ok(text.includes(places.code.slice(-1)),
	    `the right character is not told: ${text}`);
	// And whose code it may be meant to be, one step away.
	await page.locator(`#ident .near a[href="/subjects/${places.code}"]`)
	    .click();
	await page.waitForURL(`**/subjects/${places.code}`);
}

async function otherDay({ visitor, page, city, places }) {
	const { code, record } = places.dated;
	const path = `/subjects/${code}`;
	const shown = () => page.locator(
	    `main a[href^="/records/${record}"]`).count();
	await visitor.go(path);
	assert.ok(await shown(), 'the record does not show today');
	await page.locator('#as_of').focus();
	await page.locator('#as_of').fill(places.dated.before);
	await page.locator('.as-of button').click();
	await page.waitForURL(`**${path}?as_of=${places.dated.before}*`);
	const document = await city.json(
	    `${path}?as_of=${places.dated.before}`);
	assert.equal(document.as_of, places.dated.before);
	assert.ok(await page.locator('#as-of-note').isVisible());
	assert.equal(await shown(), 0,
	    'a record shows on a day before it was received');
}

// A field of text until somebody goes to it: then the browser's picker.
async function dayIsPicked({ visitor, page, places }) {
	await visitor.go(`/subjects/${places.dated.code}`);
	const field = page.locator('#as_of');
	const type = () => field.getAttribute('type');
	assert.equal(await type(), 'text');
	await field.focus();
	assert.equal(await type(), 'date');
	assert.ok(await field.evaluate(e => e === document.activeElement),
	    'the field lost the focus when it changed');
	assert.equal(await field.getAttribute('max'),
	    await field.getAttribute('data-max'));
	await visitor.go('/publicity');
	const from = page.locator('#f-from');
	await from.click();
	assert.equal(await from.getAttribute('type'), 'date');
	assert.equal(await page.locator('#f-to').getAttribute('type'), 'text');
	assert.ok(await from.evaluate(e => e === document.activeElement),
	    'the field lost the focus when it was pressed');
	await from.fill('2026-01-02');
	// What is no day is not taken away by whoever passes over it.
	const to = page.locator('#f-to');
	await to.evaluate(e => { e.value = '2026-02-30'; });
	await to.hover();
	assert.equal(await to.inputValue(), '2026-02-30');
	assert.equal(await to.getAttribute('type'), 'text');
	await to.evaluate(e => { e.value = ''; });
	await page.locator('#filter button').click();
	await page.waitForURL('**from=2026-01-02*');
}

async function firstIsSeen({ visitor, page }) {
	await visitor.go('/publicity?kind=penalty');
	const { y } = await page.locator('#rows tbody tr').first()
	    .boundingBox();
	assert.ok(y < page.viewportSize().height, `it begins at ${y}`);
}

// Not a day: told by the browser before it is sent.
async function dayIsChecked({ visitor, page, places }) {
	await visitor.go(`/subjects/${places.dated.code}`);
	await page.locator('#as_of').fill('yesterday');
	await page.locator('.as-of button').click();
	assert.ok(await page.locator('#as_of:invalid').count());
	assert.ok(page.url().endsWith(places.dated.code));
}

function addDays(day, count) {
	const at = new Date(`${day}T00:00:00Z`);
	at.setUTCDate(at.getUTCDate() + count);
	return at.toISOString().slice(0, 10);
}

// Nothing of an ended record, whatever is asked.
async function endedIsGone({ visitor, page, city, places }) {
	const kept = JSON.parse(city.run('show', '--data', city.data,
	    '--json', '--purpose', '测试', String(places.ended)));
	const words = kept.record.fields.map(f => f.value)
	    .filter(v => typeof v === 'string' && v.length >= 8);
	const code = kept.subject?.code ?? kept.code;
	const answer = await visitor.go(`/records/${places.ended}`);
	assert.equal(answer.status(), 410);
	const text = await page.content();
	for (const word of words)
		assert.ok(!text.includes(word), `410 tells: ${word}`);
	for (const ending of ['.json', '/proof'])
		assert.equal(await city.status(
		    `/records/${places.ended}${ending}`, '*/*'), 410);
	const number = words.find(w => /〔\d{4}〕/.test(w));
	if (!code || !number)
		return;
	const days = ['', `?as_of=${addDays(kept.record.decided_on, 30)}`];
	for (const day of days) {
		const page = await fetch(`${city.url}/subjects/${code}${day}`,
		    { headers: { accept: 'text/html' } });
		assert.ok(!(await page.text()).includes(number),
		    `an ended record shows at ${day || 'today'}`);
	}
}

async function changesLanguage({ visitor, page, places }) {
	await visitor.go(`/subjects/${places.code}`);
	assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
	const link = page.locator('#language').first();
	await link.click();
	await page.waitForURL(`**/subjects/${places.code}*`);
	await page.locator('html[lang=en]').waitFor({ state: 'attached' });
	await visitor.go('/publicity');
	assert.equal(await page.getAttribute('html', 'lang'), 'en');
	await page.locator('#language').first().click();
	await page.locator('html[lang=zh-CN]').waitFor({ state: 'attached' });
}

async function filtersAndPages({ visitor, page }) {
	await visitor.go('/publicity?kind=penalty');
	const first = await page.locator('main a[href^="/records/"]')
	    .first().getAttribute('href');
	await page.locator('main a[href*="after="]').first().click();
	await page.waitForURL('**after=*');
	assert.notEqual(await page.locator('main a[href^="/records/"]')
	    .first().getAttribute('href'), first);
	await visitor.go('/publicity?kind=penalty');
	const select = page.locator('#f-department');
	const value = await select.locator('option').nth(1)
	    .getAttribute('value');
	await select.selectOption(value);
	await select.evaluate(s => s.form.requestSubmit());
	await page.waitForURL(`**department=${value}*`);
	assert.ok(await page.locator('main a[href^="/records/"]').count());
}

// Every link of every page leads somewhere, also of departments that report
// what is not published.
async function linksLead({ visitor, page, pages, city }) {
	const { departments } = await city.json('/departments');
	const seen = new Set(), broken = [];
	for (const path of [
		...pages.filter(p => p.status === 200).map(p => p.path),
		...departments.map(d => d.href)]) {
		await visitor.go(path);
		for (const href of await page.locator('a[href^="/"]')
		    .evaluateAll(list => list.map(a =>
			a.getAttribute('href').split('#')[0])))
			seen.add(href);
	}
	// Of many alike a few will do.
	const kinds = new Map();
	for (const href of seen) {
		const [at, query = ''] = href.split('?');
		const kind = at.replace(/[^/]*[0-9][^/]*/g, '#') +
		    query.replace(/=[^&]*/g, '');
		kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
		if (kinds.get(kind) > 4)
			continue;
		const answer = await fetch(city.url + href,
		    { redirect: 'manual' });
		await answer.body?.cancel();
		if (answer.status >= 400)
			broken.push(`${answer.status} ${href}`);
	}
	assert.equal(broken.join('\n'), '');
}

export function tests() {
	const both = (name, body) => [true, false].map(javaScript => ({
		name: `${name}, ${javaScript ? 'with' : 'without'} scripts`,
		options: { javaScript }, body,
	}));
	const one = (name, body, options = {}) => ({ name, body, options });
	return [
		...both('a visitor searches and opens a subject',
		    searchOpensSubject),
		...both('a visitor opens a record of a subject',
		    subjectOpensRecord),
		one('suggestions are chosen by keyboard',
		    suggestionsByKeyboard),
		...both('a wrong code is explained', wrongCodeIsExplained),
		...both('a subject is looked at on another day', otherDay),
		one('a day is picked', dayIsPicked),
		one('a day is checked, without scripts', dayIsChecked,
		    { javaScript: false }),
		one('an ended record is gone, without its content',
		    endedIsGone, { isErrorExpected: true }),
		...both('the language is changed and kept', changesLanguage),
		...both('publications are filtered and paged',
		    filtersAndPages),
		one('on a phone the first publication is on the first screen',
		    firstIsSeen, { size: 'phone' }),
		one('every link leads somewhere', linksLead),
	];
}
