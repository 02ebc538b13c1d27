// SPDX-License-Identifier: Apache-2.0
// Lighthouse's four scores of the main pages, over a fresh example city.
//
//	node run.mjs [PAGE...]
//
// Each page is measured RUNS times and the run with the median performance is
// told: on a shared machine single runs differ by ten points.
//
// GONGXIN is the program. Prints a line for each page with the scores of
// both forms and what took points away; never judges. Reports go to
// GX_LIGHTHOUSE (build/lighthouse of the tree).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

import { City } from '../../test/browser/city.mjs';
import { survey } from '../../test/browser/pages.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PAGES = ['home', 'search-results', 'subject', 'record',
	'publicity-penalty', 'quality'];
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const RUNS = 3;
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

async function measure(chrome, url, form, path) {
	const runs = [];
	for (let i = 0; i < RUNS; i++)
		runs.push(await measureOnce(chrome, url, form));
	runs.sort((a, b) => a.scores[0] - b.scores[0]);
	const median = runs[(RUNS - 1) / 2];
	writeFileSync(path, median.report);
	return median;
}

async function main() {
	const chosen = process.argv.slice(2);
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
		console.log(`${''.padEnd(30)}${CATEGORIES.join('  ')}`);
		for (const name of chosen.length ? chosen : PAGES) {
			const { path } = pages.find(p => p.name === name);
			for (const form of Object.keys(FORMS)) {
				const { scores, losses } = await measure(
				    chrome, city.url + path, form,
				    join(out, `${name}-${form}.html`));
				console.log(`${name} ${form}`.padEnd(30) +
				    scores.map((s, i) => String(s).padStart(
					CATEGORIES[i].length)).join('  ') +
				    losses.map(l => `\n    ${l}`).join(''));
			}
		}
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
