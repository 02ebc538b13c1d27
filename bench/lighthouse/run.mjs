// SPDX-License-Identifier: Apache-2.0
// Lighthouse's four scores of the public pages, over a fresh example city.
//
//	node run.mjs [--runs N] [PAGE...]
//
// Without names every page of test/browser/pages.mjs that answers 200:
// Lighthouse refuses to score an error page. Each is measured N times (3) and
// the run with the median performance is told: on a shared machine single
// runs differ by ten points.
//
// GONGXIN is the program. Prints a line for each page with the scores of
// both forms and what took points away, and at the end the lowest of all;
// never judges. Reports go to GX_LIGHTHOUSE (build/lighthouse of the tree).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

import { City } from '../../test/browser/city.mjs';
import { survey } from '../../test/browser/pages.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const AIM = 95;
const FORMS = { mobile: undefined, desktop: desktopConfig };

// What scored below full, heaviest first.
function losses(lhr) {
	const refs = CATEGORIES.flatMap(c => lhr.categories[c].auditRefs);
	return refs.map(r => ({ weight: r.weight, ...lhr.audits[r.id] }))
	    .filter(a => a.weight > 0 && a.score !== null && a.score < 0.9)
	    .map(a => `${a.id} ${a.score}${a.displayValue ?
		` (${a.displayValue})` : ''}`);
}

async function measureOnce(chrome, url, form) {
	const { lhr, report } = await lighthouse(url, { port: chrome.port,
		output: 'html', onlyCategories: CATEGORIES,
		logLevel: 'error' }, FORMS[form]);
	return { report, losses: losses(lhr), scores: CATEGORIES.map(c =>
		Math.round((lhr.categories[c].score ?? 0) * 100)) };
}

async function measure(chrome, url, form, path, count) {
	const runs = [];
	for (let i = 0; i < count; i++)
		runs.push(await measureOnce(chrome, url, form));
	runs.sort((a, b) => a.scores[0] - b.scores[0]);
	const median = runs[(count - 1) >> 1];
	writeFileSync(path, median.report);
	return median;
}

// The pages of these names; all that answer 200 when none is given.
function choose(pages, names) {
	if (!names.length)
		return pages.filter(p => p.status === 200);
	return names.map(name => {
		const page = pages.find(p => p.name === name);
		if (!page)
			throw new Error(`there is no page "${name}"`);
		return page;
	});
}

async function scoreAll(chrome, city, pages, out, count) {
	let lowest = null;
	console.log(`${''.padEnd(30)}${CATEGORIES.join('  ')}`);
	for (const { name, path } of pages)
		for (const form of Object.keys(FORMS)) {
			const { scores, losses } = await measure(chrome,
			    city.url + path, form,
			    join(out, `${name}-${form}.html`), count);
			const least = Math.min(...scores);
			console.log(`${name} ${form}`.padEnd(30) +
			    scores.map((s, i) => String(s).padStart(
				CATEGORIES[i].length)).join('  ') +
			    losses.map(l => `\n    ${l}`).join(''));
			if (!lowest || least < lowest.least)
				lowest = { name, form, least };
		}
	console.log(`lowest: ${lowest.least} (${lowest.name}, ` +
	    `${lowest.form}); the aim is ${AIM}`);
}

async function main() {
	const { values, positionals } = parseArgs({ allowPositionals: true,
		options: { runs: { type: 'string', default: '3' } } });
	const city = new City(process.env.GONGXIN ??
	    join(ROOT, 'build', 'gongxin'));
	const out = process.env.GX_LIGHTHOUSE ??
	    join(ROOT, 'build', 'lighthouse');
	const profile = mkdtempSync(join(tmpdir(), 'gx-lighthouse-'));
	let chrome = null;
	try {
		mkdirSync(out, { recursive: true });
		city.make();
		await city.serve();
		const { pages } = await survey(city);
		chrome = await launch({ chromePath: '/usr/bin/chromium',
			userDataDir: profile, logLevel: 'error',
			chromeFlags: ['--headless=new',
				...(process.getuid() ? [] :
				    ['--no-sandbox'])] });
		await scoreAll(chrome, city, choose(pages, positionals), out,
		    Number(values.runs));
	} finally {
		await chrome?.kill();
		await city.stop();
		rmSync(profile, { recursive: true, force: true });
	}
}

main().then(() => process.exit(0), e => {
	console.error(`lighthouse: ${e.stack}`);
	process.exit(1);
});
