// SPDX-License-Identifier: Apache-2.0
// By keyboard alone: from the first Tab to a record, seeing always where one
// is.
import assert from 'node:assert/strict';

const TABS_MAX = 150;
// Stops beyond one for each thing: the parts of day fields.
const PART_STOPS = 40;

// What has the focus: {tag, href, name, id, isShown, isMarked}.
function focus(page) {
	return page.evaluate(() => {
		const e = document.activeElement;
		const style = getComputedStyle(e);
		const box = e.getBoundingClientRect();
		const isMarked = s => (s.outlineStyle !== 'none' &&
		    parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
		let marked = isMarked(style);
		// A field inside a group may be marked around the group.
		for (let p = e.parentElement, n = 0; p && n < 2 && !marked;
		    p = p.parentElement, n++)
			marked = p.matches(':focus-within') &&
			    isMarked(getComputedStyle(p));
		return {
			tag: e.tagName.toLowerCase(), id: e.id,
			href: e.getAttribute('href'),
			name: e.getAttribute('name'),
			text: (e.innerText ?? '').trim().slice(0, 40),
			isShown: box.width > 0 && box.height > 0 &&
			    box.bottom > 0 && box.right > 0 &&
			    box.top < innerHeight && box.left < innerWidth,
			isMarked: marked,
		};
	});
}

// Tabs until the focus is as wanted; every stop on the way must be seen.
async function tabTo(page, wanted, what, most = TABS_MAX) {
	for (let n = 0; n < most; n++) {
		await page.keyboard.press('Tab');
		const at = await focus(page);
		if (at.tag === 'body')
			continue;
		const where = `${at.tag} ${at.href ?? at.name ?? at.id} ` +
		    `"${at.text}"`;
		assert.ok(at.isShown, `the focus is out of sight: ${where}`);
		assert.ok(at.isMarked, `the focus is not marked: ${where}`);
		if (await wanted(at))
			return at;
	}
	throw new Error(`no ${what} within ${most} tabs`);
}

async function mainJourney({ visitor, page, places }) {
	await visitor.go('/');
	await tabTo(page, at => at.name === 'q', 'search field');
	await page.keyboard.type(places.name);
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/search\?|\/subjects\//);
	if (page.url().includes('/search')) {
		await tabTo(page, at =>
			at.href?.startsWith(`/subjects/${places.code}`),
		'result');
		await page.keyboard.press('Enter');
		await page.waitForURL('**/subjects/*');
	}
	await tabTo(page, at => at.href === `/records/${places.record}`,
	    'link to the record');
	await page.keyboard.press('Enter');
	await page.waitForURL(`**/records/${places.record}`);
	await tabTo(page, at => at.href?.endsWith('/proof'),
	    'link to the proof');
}

// The first stop of the page that is open leads to its content, and no order
// but that of the text is forced.
export async function skips(page) {
	await page.keyboard.press('Tab');
	const at = await focus(page);
	assert.equal(at.href, '#main');
	assert.ok(at.isShown, 'the skip link stays hidden');
	await page.keyboard.press('Enter');
	await page.waitForURL('**#main');
	await page.keyboard.press('Tab');
	assert.ok(await page.evaluate(() => {
		const main = document.querySelector('#main');
		return main.contains(document.activeElement) ||
		    !main.querySelector('a, button, input, select, summary');
	}), 'the next stop is not in main');
	assert.equal(await page.locator('[tabindex]').evaluateAll(
	    all => all.filter(e => e.tabIndex > 0).length), 0);
}

// Marks what can be used on the page, as stops to be come to; how many. Of a
// group of radio buttons one is enough: arrows lead to the others.
function markStops(page) {
	return page.evaluate(() => {
		const groups = new Set();
		const stops = [...document.querySelectorAll('a[href], button, ' +
		    'input, select, textarea, summary, [tabindex="0"]')]
		    .filter(e => e.checkVisibility({ checkVisibilityCSS: true,
			contentVisibilityAuto: false }) && !e.disabled &&
			e.type !== 'hidden')
		    .filter(e => e.type !== 'radio' || (!groups.has(e.name) &&
			groups.add(e.name)));
		stops.forEach((e, at) => { e.dataset.stop = at; });
		return stops.length;
	});
}

// Which stop has the focus, and what is left.
function stopReached(page) {
	return page.evaluate(() => {
		const e = document.activeElement;
		const stop = e.type === 'radio' ? document.querySelector(
		    `[name="${CSS.escape(e.name)}"][data-stop]`) : e;
		stop?.removeAttribute('data-stop');
		return document.querySelectorAll('[data-stop]').length;
	});
}

function stopsLeft(page) {
	return page.evaluate(() =>
	    [...document.querySelectorAll('[data-stop]')].slice(0, 5).map(e =>
		`the keyboard does not lead to ${e.outerHTML.slice(0, 120)}`));
}

// Tab comes to everything on the page that can be used, and each stop is in
// sight and marked.
function walkTest({ name, path, status }) {
	return {
		name: `${name}: the keyboard leads to everything, and shows ` +
		    'where it is',
		options: { isErrorExpected: status !== 200 },
		body: async ({ visitor, page }) => {
			await visitor.go(path);
			await visitor.settle();
			const stops = await markStops(page);
			assert.ok(stops > 5, `only ${stops} stops`);
			let left = stops;
			await tabTo(page, async () => {
				left = await stopReached(page);
				return left === 0;
			}, 'way to everything', stops + PART_STOPS)
			    .catch(async e => {
				throw new Error([e.message,
					...await stopsLeft(page)].join('\n'));
			});
		},
	};
}

export function tests({ pages }) {
	return [
		{ name: 'from home to a record and its proof by keyboard',
			options: {}, body: mainJourney },
		{ name: 'the same on a phone\'s width', options: {
			size: 'phone' }, body: mainJourney },
		...pages.map(walkTest),
	];
}
