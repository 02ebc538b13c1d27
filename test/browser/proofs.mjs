// SPDX-License-Identifier: Apache-2.0
// The visitor's own browser verifies a record; and refuses, in words, one
// that was tampered with on its way.
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { lookAt } from './looks.mjs';

const result = page => page.locator('#proof-result');

// Its state when the browser is done, and the words for it.
async function verdict(page) {
	const done = page.locator('#proof-result:is([data-state=good], ' +
	    '[data-state=partly], [data-state=bad], [data-state=unable])');
	await done.waitFor({ timeout: 20000 });
	return { state: await done.getAttribute('data-state'),
		words: await done.innerText() };
}

async function isVerified({ visitor, page, places }) {
	await visitor.go(`/records/${places.record}`);
	const { state, words } = await verdict(page);
	assert.equal(state, 'good', words);
	assert.equal(words, await result(page).getAttribute('data-good'));
	assert.equal(await page.locator('#proof-steps ' +
	    '[data-state=good]').count(), 4);
}

// Another character of the same alphabet at the place.
function flipped(text, at) {
	const c = text[at];
	const other = c === '1' ? '2' : '1';
	return text.slice(0, at) + other + text.slice(at + 1);
}

function attribute(html, name, change) {
	const pattern = new RegExp(`( data-${name}=")([^"]*)(")`);
	assert.match(html, pattern);
	return html.replace(pattern, (_, before, value, after) =>
		before + change(value) + after);
}

// The place of the Nth line's character.
const inLine = (text, line, at) => text.split('\n').slice(0, line)
    .join('\n').length + 1 + at;

// What was changed, and the step that finds it.
const TAMPERINGS = [
	['a day in the statement', 'commitment', html => attribute(html,
	    'statement', s => flipped(s, s.search(/20\d\d-\d\d-\d\d/) + 3))],
	['the salt', 'commitment', html => attribute(html, 'salt',
	    s => flipped(s, 7))],
	['a hash of the path', 'path', html => attribute(html, 'path',
	    s => flipped(s, 9))],
	['the number in the log', 'path', html => attribute(html, 'index',
	    s => String(Number(s) ^ 1))],
	['the root of the checkpoint', 'path', html => attribute(html,
	    'checkpoint', s => flipped(s, inLine(s, 2, 5)))],
	['the size of the checkpoint', 'path', html => attribute(html,
	    'checkpoint', s => flipped(s, inLine(s, 1, 0)))],
	['the signature', 'signature', html => attribute(html, 'checkpoint',
	    s => flipped(s, s.trimEnd().length - 8))],
];

async function served(page, path, change) {
	await page.route(url => url.pathname === path, async route => {
		const answer = await route.fetch();
		await route.fulfill({ response: answer,
			body: change(await answer.text()) });
	});
}

function tamperTest([what, step, change]) {
	return {
		name: `the browser refuses a record when ${what} was changed`,
		options: {},
		body: async world => {
			const { visitor, page, places } = world;
			const path = `/records/${places.record}`;
			await served(page, path, change);
			await visitor.go(path);
			const { state, words } = await verdict(page);
			assert.equal(state, 'bad', words);
			assert.equal(words, await result(page)
			    .getAttribute('data-bad'));
			assert.equal(await page.locator('#proof-steps ' +
			    `[data-step=${step}]`).getAttribute('data-state'),
			'bad', 'another step failed');
			if (step === 'signature')
				await lookAt(world, 'record-refused');
		},
	};
}

// The proof is right, but the page shows something else.
function shownOtherwiseTest(what, find, change) {
	return {
		name: `the browser refuses a page that shows another ${what} ` +
		    'than is sealed',
		options: {},
		body: async ({ visitor, page, places }) => {
			const path = `/records/${places.record}`;
			const shown = find(places);
			await served(page, path, html => {
				// Not in the sealed statement itself.
				const parts = html.split(/( data-statement="[^"]*")/);
				assert.ok(parts[0].includes(shown) ||
				    parts[2].includes(shown));
				return [parts[0].replaceAll(shown,
				    change(shown)), parts[1],
				parts[2].replaceAll(shown,
				    change(shown))].join('');
			});
			await visitor.go(path);
			const { state, words } = await verdict(page);
			assert.equal(state, 'bad', words);
		},
	};
}

async function verifiesOffline({ visitor, page, city, places }) {
	await visitor.go(`/records/${places.record}`);
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.locator('a[href$="/proof"]').first().click(),
	]);
	assert.match(download.suggestedFilename(), /\.tlog-proof$/);
	const path = join(city.folder, 'evidence.tlog-proof');
	await download.saveAs(path);
	const told = JSON.parse(city.run('verify', path, '--key', city.key,
	    '--json'));
	assert.equal(told.proved, true, JSON.stringify(told));
	assert.equal(told.index, places.record);
}

export function tests() {
	return [
		{ name: 'the browser verifies a record and says so',
			options: {}, body: isVerified },
		{ name: 'the browser verifies a record and says so in English',
			options: { lang: 'en' }, body: isVerified },
		...TAMPERINGS.map(tamperTest),
		shownOtherwiseTest('number of the decision',
		    p => p.row.document,
		    s => s.replace(/\d(?=号)/, d => d === '1' ? '2' : '1')),
		// The code is shown in groups; this is the subject's own.
		shownOtherwiseTest('code of the organisation',
		    p => p.code.slice(8, 17), s => flipped(s, 4)),
		{ name: 'the evidence file verifies offline', options: {},
			body: verifiesOffline },
	];
}
