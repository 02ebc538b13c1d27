// SPDX-License-Identifier: Apache-2.0
// What is taken away: the tables behind the pages, in every format, holding
// what is shown and saying that it is an example.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// The texts of all cells of an XLSX file, by Python's own library.
const CELLS = `
import re, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
for name in archive.namelist():
    if name.startswith("xl/"):
        text = archive.read(name).decode("utf-8", "replace")
        print("\\n".join(re.findall(r"<t[^>]*>([^<]*)</t>", text)))
`;

async function take(page, city, link, name) {
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		link.click(),
	]);
	const path = join(city.folder, name);
	await download.saveAs(path);
	return path;
}

// Each row says so itself: a cell or a member.
const EXAMPLE = /示例数据|example data|"example":true/i;

function publicityTest(format) {
	return {
		name: `publications are taken away as ${format}`,
		options: {},
		body: async ({ visitor, page, city }) => {
			await visitor.go('/publicity?kind=penalty');
			const shown = await city.json(
			    '/publicity?kind=penalty');
			const link = page.locator(
			    `main a[href*=".${format}?"]`).first();
			const path = await take(page, city, link,
			    `publicity.${format}`);
			const text = format === 'xlsx' ?
			    execFileSync('python3', ['-c', CELLS, path],
				{ encoding: 'utf8', maxBuffer: 1 << 28 }) :
			    readFileSync(path, 'utf8');
			for (const row of shown.rows)
				assert.ok(text.includes(row.document),
				    `${row.document} is missing`);
			assert.match(text, EXAMPLE);
		},
	};
}

async function openData({ visitor, page, city, places }) {
	await visitor.go('/open-data');
	for (const format of ['csv', 'jsonl']) {
		const link = page.locator(
		    `main a[href="/open-data/penalty.${format}"]`).first();
		const path = await take(page, city, link,
		    `penalty.${format}`);
		const text = readFileSync(path, 'utf8');
		assert.ok(text.includes(places.row.document));
		assert.match(text, EXAMPLE);
	}
}

// A list of several departments: one of them takes some of its entries and
// leaves some.
async function findFilter(city) {
	const { groups } = await city.json('/lists');
	for (const { href, count } of groups.flatMap(g => g.items)) {
		const document = await city.json(href);
		const some = document.departments.find(d =>
		    d.count > 0 && d.count < count);
		if (some)
			return { href, department: some.id };
	}
	throw new Error('no list has entries of several departments');
}

const dates = rows => rows.map(r => r.decided_on).sort();

// All rows of it, by the addresses that the pages name.
async function allRows(city, path) {
	const rows = [];
	while (path) {
		const document = await city.json(path);
		rows.push(...document.rows);
		path = document.next;
	}
	return rows;
}

const shownRecords = page => page.locator('#rows [data-record]')
    .evaluateAll(rows => rows.map(r => Number(r.dataset.record)));

async function filteredList({ visitor, page, city }) {
	const { href, department } = await findFilter(city);
	const whole = await allRows(city, href);
	const days = dates(whole.filter(r => r.department.id === department));
	await visitor.go(href);
	await page.locator('#f-department').selectOption(department);
	await page.locator('#f-from').focus(); // which makes it a picker
	await page.locator('#f-from').fill(days[days.length >> 1]);
	await page.locator('#filter button').click();
	await page.waitForURL(`**department=${department}*`);
	const { pathname, search } = new URL(page.url());
	const rows = await allRows(city, pathname + search);
	assert.ok(rows.length > 0 && rows.length < days.length,
	    `${rows.length} of ${days.length}`);
	const first = await shownRecords(page);
	assert.deepEqual(first, rows.slice(0, first.length)
	    .map(r => r.record));
	const link = format => page.locator('.downloads a[download]')
	    .filter({ hasText: new RegExp(`^${format}$`) });
	const taken = JSON.parse(readFileSync(await take(page, city,
	    link('json'), 'list.json'), 'utf8'));
	assert.deepEqual(taken.map(r => r.record), rows.map(r => r.record));
	const csv = readFileSync(await take(page, city, link('csv'),
	    'list.csv'), 'utf8');
	const cells = execFileSync('python3', ['-c', CELLS, await take(page,
	    city, link('xlsx'), 'list.xlsx')],
	{ encoding: 'utf8', maxBuffer: 1 << 28 });
	const mine = new Set(rows.map(r => r.document));
	assert.ok(whole.every(r => r.document), 'an entry has no number');
	for (const text of [csv, cells]) {
		assert.match(text, EXAMPLE);
		for (const { document } of whole)
			assert.equal(text.includes(document),
			    mine.has(document), document);
	}
}

const number = text => Number(text.replaceAll(/[^\d.]/g, ''));

// The counts that the file has, as objects.
function readCounts(path) {
	const [head, ...lines] = readFileSync(path, 'utf8')
	    .replace(/^\ufeff/, '').trimEnd().split('\r\n')
	    .map(line => line.split(','));
	return lines.map(cells => Object.fromEntries(
	    head.map((name, at) => [name, cells[at]])));
}

const shownCount = async page =>
	number(await page.locator('.figures dd').first().innerText());

// The file that the page links to: its rows add up to what the page shows.
// Others write to the same city meanwhile: only a file that was taken while
// the page stood still can be compared with it.
async function qualityIsTaken(page, city, name) {
	let path, before, shown = await shownCount(page);
	do {
		before = shown;
		path = await take(page, city,
		    page.locator('.downloads a[download]'), name);
		await page.reload();
		shown = await shownCount(page);
	} while (shown !== before);
	assert.match(readFileSync(path, 'utf8'), EXAMPLE);
	const counts = readCounts(path);
	assert.equal(counts.reduce((sum, r) => sum + Number(r.reported), 0),
	    shown);
	return { counts, shown };
}

async function quality({ visitor, page, city }) {
	await visitor.go('/quality');
	assert.equal(await page.locator('#only').count(), 0);
	const { counts } = await qualityIsTaken(page, city, 'quality.csv');
	assert.ok(counts.length > 5);
}

// Month, department and item, chosen one after the other, are all kept.
async function filteredQuality({ visitor, page, city }) {
	const { counts: all, shown: whole } = await visitor.go('/quality')
	    .then(() => qualityIsTaken(page, city, 'whole.csv'));
	const one = all.find(r => all.some(o => o.month === r.month &&
	    o.department === r.department && o.item !== r.item));
	let before = whole;
	await visitor.go(`/quality?department=${one.department}`);
	for (const name of ['month', 'item']) {
		await page.locator(`#f-${name}`).selectOption(one[name]);
		await page.locator('#filter button').click();
		await page.waitForURL(`**${name}=${one[name]}*`);
		const { counts, shown } = await qualityIsTaken(page, city,
		    `${name}.csv`);
		assert.ok(shown > 0 && shown < before, `${name}: ${shown}`);
		before = shown;
		for (const row of counts)
			assert.equal(row.department, one.department);
	}
	const said = await page.locator('#only').innerText();
	for (const word of [one.department_title, one.item_title])
		assert.ok(said.includes(word), `${word} is not in: ${said}`);
	await page.locator('#only a').click();
	await page.waitForURL('**/quality');
	assert.ok(await shownCount(page) >= whole, 'the whole is not back');
}

export function tests() {
	return [
		...['csv', 'json', 'xlsx'].map(publicityTest),
		{ name: 'whole sets are taken away', options: {},
			body: openData },
		{ name: 'of a filtered list its entries are taken away, and ' +
			'no others', options: {}, body: filteredList },
		{ name: 'the quality figures are taken away', options: {},
			body: quality },
		{ name: 'of filtered quality figures the shown ones are ' +
			'taken away', options: {}, body: filteredQuality },
	];
}
