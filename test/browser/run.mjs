// SPDX-License-Identifier: Apache-2.0
// A visitor with a real browser, over a fresh example city.
//
//	node run.mjs [PART OF A TEST'S NAME]
//
// GONGXIN is the program. Each test prints "ok - NAME" or "not ok - NAME"
// with what was seen. Beside what it checks itself, a test fails when a page
// it visited wrote an error to the console, broke the content security
// policy or asked another host for anything. Pictures, for people to look at,
// go to GX_SCREENSHOTS; without it none are taken.
//
// Tests are run in LANES at once, each in a context of its own.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

import { City } from './city.mjs';
import { survey } from './pages.mjs';
import { Visitor } from './visitor.mjs';
import * as clerk from './clerk.mjs';
import * as configured from './configured.mjs';
import * as desk from './desk.mjs';
import * as downloads from './downloads.mjs';
import * as embed from './embed.mjs';
import * as errors from './errors.mjs';
import * as journeys from './journeys.mjs';
import * as keyboard from './keyboard.mjs';
import * as looks from './looks.mjs';
import * as marks from './marks.mjs';
import * as objections from './objections.mjs';
import * as oidc from './oidc.mjs';
import * as proofs from './proofs.mjs';
import * as sessions from './sessions.mjs';
import * as watch from './watch.mjs';

const LANES = 3;
const TEST_MS = 480000; // a day of many pages, on a busy machine
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PARTS = [journeys, embed, clerk, watch, oidc, desk, objections, sessions,
	proofs, downloads, keyboard, marks, configured, errors, looks];

// Without the colours that playwright adds.
const plain = text => text.replace(/\x1b\[\d+m/g, '');

function limited(promise) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(
		    `out of time after ${TEST_MS} ms`)), TEST_MS);
	});
	return Promise.race([promise, late])
	    .finally(() => clearTimeout(timer));
}

// Runs one test; the lines to print.
async function runOne(world, { name, options, body }) {
	const problems = [];
	let visitor = null;
	const began = Date.now();
	try {
		visitor = await Visitor.open(world.browser, world.city,
		    options);
		await limited(body({ ...world, visitor,
			page: visitor.page }));
	} catch (e) {
		problems.push(plain(e.message ?? String(e)));
	}
	if (visitor)
		problems.push(...await visitor.close());
	const seconds = ((Date.now() - began) / 1000).toFixed(1);
	if (!problems.length)
		return `ok - ${name} (${seconds} s)`;
	return [`not ok - ${name} (${seconds} s)`,
		...problems.flatMap(p => p.split('\n'))
		    .slice(0, 40).map(l => `#   ${l}`)].join('\n');
}

async function runAll(world, tests) {
	let next = 0, failed = 0;
	const lane = async () => {
		while (next < tests.length) {
			const lines = await runOne(world, tests[next++]);
			failed += lines.startsWith('not ok');
			console.log(lines);
		}
	};
	await Promise.all(Array.from({ length: LANES }, lane));
	return failed;
}

async function main() {
	const city = new City(process.env.GONGXIN ??
	    join(ROOT, 'build', 'gongxin'));
	const screenshots = process.env.GX_SCREENSHOTS;
	const partner = await embed.Partner.open();
	const stranger = await embed.Partner.open();
	let browser = null;
	try {
		if (screenshots)
			mkdirSync(screenshots, { recursive: true });
		city.make();
		city.nameFramer(partner.url);
		await city.serve();
		browser = await chromium.launch({
			executablePath: process.env.GX_CHROMIUM ??
			    '/usr/bin/chromium-headless-shell',
		});
		const world = { browser, city, screenshots, partner, stranger,
			...await survey(city) };
		const tests = PARTS.flatMap(part => part.tests(world))
		    .filter(t => t.name.includes(process.argv[2] ?? ''));
		return await runAll(world, tests) ? 1 : 0;
	} finally {
		await browser?.close();
		await city.stop();
		partner.close();
		stranger.close();
	}
}

// Ended from outside: what was started must not stay.
for (const signal of ['SIGTERM', 'SIGINT'])
	process.on(signal, () => {
		console.log(`not ok - the tests were ended by ${signal}`);
		process.exit(1);
	});

main().then(code => process.exit(code), e => {
	console.log(`not ok - the browser tests could be run\n# ${e.stack}`);
	process.exit(1);
});
