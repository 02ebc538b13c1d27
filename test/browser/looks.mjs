// SPDX-License-Identifier: Apache-2.0
// What holds on every page: the browser finds nothing to complain of, axe
// finds nothing, nothing runs over the edge, it is small, it paints without
// scripts, it says that its data are an example; and pictures of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { skips } from './keyboard.mjs';
import { SIZES, picture } from './visitor.mjs';

const PAGE_BYTES_MAX = 100 * 1000;
const CHART_MS = 10000;
// A4 across without its margins; and how many sheets one of the city's tables
// may take.
const ACROSS_PX = 1032;
const TABLE_SHEETS_MAX = 20;
const axe = readFileSync(createRequire(import.meta.url)
    .resolve('axe-core/axe.min.js'), 'utf8');

// What axe finds, a line for each element.
async function axeFindings(page, rules) {
	// Evaluated by the debugger, which no content policy forbids.
	await page.evaluate(axe);
	const found = await page.evaluate(async only => {
		const { violations } = await window.axe.run(document, {
			resultTypes: ['violations'],
			preload: false, // it would add style elements
			...(only ? { runOnly: only } :
			    { rules: { 'target-size': { enabled: true } } }),
		});
		return violations.flatMap(v => v.nodes.slice(0, 5).map(n =>
		    `${v.id}: ${n.target.join(' ')}: ` +
		    n.failureSummary.split('\n').slice(1, 2).join('')));
	}, rules);
	return found;
}

// Elements that make the page wider than its window.
function overflows() {
	const width = document.documentElement.clientWidth;
	const root = document.scrollingElement;
	if (root.scrollWidth <= width)
		return [];
	return [...document.querySelectorAll('body *')]
	    .filter(e => e.getBoundingClientRect().right > width + 1)
	    .slice(0, 5).map(e => `wider than the window: ` +
		`${e.tagName.toLowerCase()}.${e.className}`);
}

// Half-width marks behind Chinese, where full-width ones belong, and spaces
// behind marks that are wide already; titles within titles, whose marks are
// the single ones; and a dot between two facts that could begin a line.
function wrongMarks(page) {
	return page.evaluate(() => [
		['a half-width mark', /.{0,12}[\u4e00-\u9fff][:;,!?]/g],
		['a space behind a wide mark', /.{0,12}[。，；：！？、]\x20.{0,12}/g],
		['a title within a title', /《[^》\n]*《.{0,12}/g],
		['a dot that may begin a line', /.{0,12}\x20·/g],
	].flatMap(([what, form]) =>
	    (document.body.innerText.match(form) ?? [])
		.map(text => `${what}: ${text}`)));
}

// What is laid out only near the screen is laid out, to be looked at.
async function layOutAll(page) {
	await page.evaluate(() => {
		for (const e of document.querySelectorAll('main *'))
			if (getComputedStyle(e).contentVisibility === 'auto')
				e.style.contentVisibility = 'visible';
	});
}

// Charts whose table has something to draw, and that show nothing.
function chartsMissing() {
	const isDrawn = figure => {
		const canvas = figure.querySelector('canvas');
		if (!figure.dataset.drawn || !canvas?.width)
			return false;
		const small = new OffscreenCanvas(80, 40).getContext('2d');
		small.drawImage(canvas, 0, 0, 80, 40);
		return small.getImageData(0, 0, 80, 40).data
		    .some(byte => byte !== 0);
	};
	return [...document.querySelectorAll('figure[data-chart]')]
	    .filter(f => document.getElementById(f.dataset.chart)
		.tBodies[0].rows.length >= 2 && !isDrawn(f))
	    .map(f => f.dataset.chart);
}

// Axes that mislead: months follow each other whether or not the table has a
// row of each, and a bar that has no room for its name beneath has it beside.
function axesThatMislead() {
	const ROOM_PX = 80;
	const isMonth = name => /^\d{4}-\d\d$/.test(name);
	const after = month => new Date(Date.UTC(Number(month.slice(0, 4)),
	    Number(month.slice(5)))).toISOString().slice(0, 7);
	return [...document.querySelectorAll('figure[data-drawn] > div')]
	    .filter(place => {
		const { xAxis, yAxis } = globalThis.echarts
		    .getInstanceByDom(place).getOption();
		const names = xAxis[0].data ?? yAxis[0].data;
		return names.every(isMonth) ?
		    names.some((m, n) => n && m !== after(names[n - 1])) :
		    xAxis[0].data &&
			place.clientWidth / names.length < ROOM_PX;
	    }).map(place => 'an axis that misleads: ' +
		place.parentElement.dataset.chart);
}

// What is found on the page, once it has had time to become right.
async function stillFound(page, find) {
	const until = Date.now() + CHART_MS;
	let found = await page.evaluate(find);
	while (found.length && Date.now() < until) {
		await page.waitForTimeout(50);
		found = await page.evaluate(find);
	}
	return found;
}

// Charts are drawn when their tables come into sight.
async function seeAll(page) {
	for (const chart of await page.locator('[data-chart]').all())
		await chart.evaluate(figure => figure.nextElementSibling
		    .scrollIntoView());
	await page.waitForLoadState('networkidle');
	assert.deepEqual(await stillFound(page, chartsMissing), [],
	    'charts that are not drawn');
	await page.evaluate(() => scrollTo(0, 0));
}

// On a phone a cell is laid out as its name and, beside it, its content; text
// behind an element would come to stand under the name.
function strayTexts() {
	const isStray = (node, n, all) => node.nodeType === Node.TEXT_NODE &&
	    node.textContent.trim() && all.slice(0, n).some(before =>
	    before.nodeType === Node.ELEMENT_NODE && before.tagName !== 'BR');
	return [...document.querySelectorAll('.rows > tbody > tr > *')]
	    .filter(cell => [...cell.childNodes].some(isStray))
	    .map(cell => 'text under the name of its cell: ' +
		cell.textContent.trim().slice(0, 40)).slice(0, 5);
}

// A name of several lines stands beside all of its content; it pushes nothing
// down.
function tornApart() {
	const GAP_PX = 20;
	const box = node => {
		const range = document.createRange();
		range.selectNode(node);
		return range.getBoundingClientRect();
	};
	return [...document.querySelectorAll('.rows > tbody > tr > *, ' +
	    '.facts > div:not(.wide)')].flatMap(cell =>
	    [...cell.childNodes].filter(node => node.tagName !== 'DT' &&
		node.textContent.trim() && box(node).height)
		.filter((node, n, all) => n &&
		    box(node).top - box(all[n - 1]).bottom > GAP_PX)
		.map(node => 'far below what stands before it: ' +
		    node.textContent.trim().slice(0, 40))).slice(0, 5);
}

// An address by e-mail that goes on in the next line, other than at a hyphen.
function addressesBroken() {
	const all = document.createTreeWalker(document.querySelector('main'),
	    NodeFilter.SHOW_TEXT);
	const broken = [];
	for (let node = all.nextNode(); node; node = all.nextNode())
		for (const { 0: text, index } of
		    node.data.matchAll(/[\w.]+@[\w.]+/g)) {
			const range = document.createRange();
			range.setStart(node, index);
			range.setEnd(node, index + text.length);
			if (range.getClientRects().length > 1)
				broken.push(`a broken address: ${text}`);
		}
	return broken.slice(0, 5);
}

async function look(page, screenshots, name, size, problems) {
	await page.setViewportSize(SIZES[size]);
	await layOutAll(page);
	if (size === 'phone')
		for (const found of [strayTexts, tornApart, addressesBroken])
			problems.push(...await page.evaluate(found));
	for (const scheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme: scheme });
		const only = scheme === 'dark' ? ['color-contrast'] : null;
		for (const p of await axeFindings(page, only))
			problems.push(`${scheme} ${size}: ${p}`);
		await picture(page, screenshots, `${name}-${size}-${scheme}`);
	}
	await fits(page, size, problems);
}

async function fits(page, size, problems) {
	await page.setViewportSize(SIZES[size]);
	await layOutAll(page);
	// Charts take their new width a moment later.
	for (const find of [axesThatMislead, overflows])
		for (const p of await stillFound(page, find))
			problems.push(`${size}: ${p}`);
}

// The page that is open: axe finds nothing, in light and dark, on a desk and
// on a phone; and pictures of it.
export async function lookAt({ visitor, page, screenshots }, name) {
	await visitor.settle();
	await seeAll(page);
	const found = await wrongMarks(page);
	for (const size of ['phone', 'wide'])
		await look(page, screenshots, name, size, found);
	await page.emulateMedia({ colorScheme: 'light' });
	assert.equal(found.map(f => `${name}: ${f}`).join('\n'), '');
}

// Goes there, and the bytes on the wire of everything but the charts' library
// are few. The answer.
async function goLightly(visitor, path) {
	const session = await visitor.context.newCDPSession(visitor.page);
	const urls = new Map();
	let bytes = 0;
	await session.send('Network.enable');
	session.on('Network.requestWillBeSent', e =>
	    urls.set(e.requestId, e.request.url));
	session.on('Network.loadingFinished', e => {
		if (!/echarts/.test(urls.get(e.requestId) ?? ''))
			bytes += e.encodedDataLength;
	});
	const answer = await visitor.go(path);
	await visitor.settle();
	await session.detach();
	assert.ok(bytes > 0 && bytes < PAGE_BYTES_MAX, `${bytes} bytes`);
	return answer;
}

function lookTest({ name, path, status }) {
	return {
		name: `${name}: axe finds nothing, light and dark, phone ` +
		    'and wide, it fits every screen, it is less than ' +
		    '100 KB, and it says that its data are an example',
		options: { isErrorExpected: status !== 200 },
		body: async ({ visitor, page, screenshots }) => {
			const answer = await goLightly(visitor, path);
			if (status)
				assert.equal(answer.status(), status);
			await seeAll(page);
			const problems = await wrongMarks(page);
			assert.ok(await page.locator('#example-banner').first()
			    .isVisible(), 'no mark of example data');
			for (const size of ['wide', 'phone'])
				await look(page, screenshots, name, size,
				    problems);
			for (const size of ['narrow', 'broad'])
				await fits(page, size, problems);
			assert.equal(problems.join('\n'), '');
		},
	};
}

function scriptlessTest({ name, path, status }) {
	return {
		name: `${name}: paints and reads without scripts, the first ` +
		    'stop skips to the content',
		options: { javaScript: false, size: 'phone',
			isErrorExpected: status !== 200 },
		body: async ({ visitor, page }) => {
			await visitor.go(path);
			assert.equal(await page.locator('h1').count(), 1);
			assert.ok(await page.locator('h1').isVisible());
			assert.ok((await page.innerText('main')).length > 20,
			    'main is empty');
			const hidden = await page.locator('main [hidden], ' +
			    'main .spinner-border').filter({ visible: true })
			    .count();
			assert.equal(hidden, 0, 'something waits for a script');
			await skips(page);
		},
	};
}

// Chinese words of our own on an English page. What is Chinese by nature is
// marked as such; people have the names that they have.
export async function chineseLeft(page) {
	assert.equal(await page.getAttribute('html', 'lang'), 'en');
	return page.evaluate(() =>
	    [...document.querySelectorAll('nav a, h1, h2, h3, h4, th, dt, ' +
		'label, button, legend, summary, main .btn, ' +
		'.timeline a, .desk-field .sub')]
		.filter(e => !e.closest('[lang^=zh], .own-name'))
		.map(e => {
			const copy = e.cloneNode(true);
			copy.querySelectorAll('[lang^=zh]')
			    .forEach(z => z.remove());
			return `${e.tagName} ` +
			    copy.textContent.trim().slice(0, 40);
		}).filter(t => /[\u4e00-\u9fff]/.test(t)));
}

function englishTest({ name, path, status }) {
	return {
		name: `${name}: in English, with no Chinese of our own left, ` +
		    'in less than 100 KB',
		options: { lang: 'en', isErrorExpected: status !== 200 },
		body: async ({ visitor, page, screenshots }) => {
			await goLightly(visitor, path);
			const left = await chineseLeft(page);
			await layOutAll(page);
			await picture(page, screenshots, `${name}-english`);
			assert.equal(left.join('\n'), '');
		},
	};
}

// Cells of a table on paper whose text runs into the next one.
function cellsRunOver() {
	return [...document.querySelectorAll('td, th')]
	    .filter(e => e.scrollWidth > e.clientWidth + 1)
	    .map(e => e.innerText.slice(0, 40));
}

// The city's tables lie across, and say of which day they are.
async function tablePrints(page) {
	await page.setViewportSize({ width: ACROSS_PX, height: 720 });
	assert.deepEqual(await page.evaluate(cellsRunOver), []);
	assert.ok(await page.locator('.print-only').isVisible());
}

function printTest({ name, path, status }) {
	return {
		name: `${name}: prints, without the navigation`,
		options: { isErrorExpected: status !== 200 },
		body: async ({ visitor, page, screenshots }) => {
			await visitor.go(path);
			await visitor.settle();
			await page.emulateMedia({ media: 'print' });
			assert.equal(await page.locator('header nav').filter({
				visible: true }).count(), 0,
			'the navigation is printed');
			assert.ok(await page.locator('#example-banner, ' +
			    '.print-foot strong').filter({ visible: true })
			    .count(), 'the mark is not printed');
			const problems = [];
			await fits(page, 'paper', problems);
			assert.equal(problems.join('\n'), '');
			if (name.startsWith('table-'))
				await tablePrints(page);
			await picture(page, screenshots, `${name}-print`);
			const pdf = await page.pdf({ format: 'A4' });
			const sheets = (pdf.toString('latin1')
			    .match(/\/Type\s*\/Page\b/g) ?? []).length;
			const most = name.startsWith('table-') ?
			    TABLE_SHEETS_MAX : 40;
			assert.ok(sheets >= 1 && sheets < most,
			    `${sheets} sheets`);
		},
	};
}

export function tests({ pages, states }) {
	return [
		...pages.map(lookTest),
		...states.map(lookTest),
		...pages.map(scriptlessTest),
		...pages.map(englishTest),
		...pages.map(printTest),
	];
}
