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

async function quality({ visitor, page, city }) {
	await visitor.go('/quality');
	const path = await take(page, city,
	    page.locator('main a[href^="/quality.csv"]').first(),
	    'quality.csv');
	const text = readFileSync(path, 'utf8');
	assert.ok(text.split('\n').length > 5);
	assert.match(text, EXAMPLE);
}

export function tests() {
	return [
		...['csv', 'json', 'xlsx'].map(publicityTest),
		{ name: 'whole sets are taken away', options: {},
			body: openData },
		{ name: 'the quality figures are taken away', options: {},
			body: quality },
	];
}
