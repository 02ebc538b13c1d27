// SPDX-License-Identifier: Apache-2.0
// What a visitor sees who asks too much, and when something is broken: pages
// that say so and what can be done, also where he came for a file. In a city
// of its own, since nobody else may be disturbed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { City } from './city.mjs';
import { chineseLeft, lookAt } from './looks.mjs';

// The page of an error, in Chinese and in English.
async function isHelpful(world, url, status, words) {
	const { page } = world;
	const answer = await page.goto(url);

	assert.equal(answer.status(), status);
	assert.match(answer.headers()['content-type'], /^text\/html/);
	assert.ok(Number(answer.headers()['retry-after']) > 0);
	assert.equal(await page.getAttribute('#error', 'data-status'),
	    String(status));
	assert.match(await page.innerText('#error'), words);
	assert.ok(await page.locator('#example-banner').first().isVisible());
	await lookAt(world, `error-${status}`);
	await page.goto(`${url}?lang=en`);
	assert.equal((await chineseLeft(page)).join('\n'), '');
}

// As a disk or a hand may do it.
function breakDatabase(city) {
	execFileSync('python3', ['-c', 'import sqlite3, sys\n' +
	    'sqlite3.connect(sys.argv[1]).execute(\n' +
	    '    "ALTER TABLE log_head RENAME TO log_gone")',
	join(city.data, 'gongxin.db')]);
}

async function inOwnCity(world, body) {
	const own = new City(world.city.program);

	try {
		own.makeEmpty();
		// A download costs more than such a visitor may ever have.
		await own.serve(['--rate', '1']);
		world.visitor.others.add(own.url);
		await body(own);
	} finally {
		await own.stop();
	}
}

const tooMuch = world => inOwnCity(world, async own => {
	await isHelpful(world, `${own.url}/publicity.csv`, 429, /\d+\s*秒后/);
});

const broken = world => inOwnCity(world, async own => {
	breakDatabase(own);
	await isHelpful(world, `${own.url}/healthz`, 503, /数据库/);
});

export const tests = () => [
	{ name: 'error-429: who asks too much reads when to go on, on a page',
		options: { isErrorExpected: true }, body: tooMuch },
	{ name: 'error-503: what is broken says so on a page',
		options: { isErrorExpected: true }, body: broken },
];
