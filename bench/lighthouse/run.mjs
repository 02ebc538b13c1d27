// SPDX-License-Identifier: Apache-2.0
// Lighthouse's four scores of the public pages, over a fresh example city.
//
//	node run.mjs [--runs N] [--aim N] [PAGE...]
//
// Without names every page of test/browser/pages.mjs that answers 200:
// Lighthouse refuses to score an error page. Each is measured N times (3) and
// the run with the median performance counts: on a shared machine single runs
// differ by ten points. A run that Lighthouse could not finish is no score: it
// is made once more, and then the page is an error, with the reason.
//
// GONGXIN is the program. Prints a line for each page with the scores of
// both forms and what took points away, and at the end the lowest of all and
// every page with a score below the aim (95) or without any, which make the
// exit code 1. Reports go to GX_LIGHTHOUSE (build/lighthouse of the tree).
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
const TRIES = 2;
const FORMS = { mobile: undefined, desktop: desktopConfig };

// What scored below full, heaviest first.
function losses(lhr) {
	const refs = CATEGORIES.flatMap(c => lhr.categories[c].auditRefs);
	return refs.map(r => ({ weight: r.weight, ...lhr.audits[r.id] }))
	    .filter(a => a.weight > 0 && a.score !== null && a.score < 0.9)
	    .map(a => `${a.id} ${a.score}${a.displayValue ?
		` (${a.displayValue})` : ''}`);
}

// Why it has no scores: the run's own error, or those of its audits.
function reasonOf(lhr) {
	const { code, message } = lhr.runtimeError ?? {};
	if (code)
		return `${code}: ${message}`;
	return Object.values(lhr.audits).filter(a => a.errorMessage)
	    .map(a => `${a.id}: ${a.errorMessage}`).join('; ') ||
	    'a category has no score';
}

// {report, losses, scores}, or {reason} when there are no scores.
async function measureOnce(chrome, url, form) {
	let result;
	try {
		result = await lighthouse(url, { port: chrome.port,
			output: 'html', onlyCategories: CATEGORIES,
			logLevel: 'error' }, FORMS[form]);
	} catch (e) {
		return { reason: e.message };
	}
	const { lhr, report } = result;
	const scores = CATEGORIES.map(c => lhr.categories[c]?.score);
	if (lhr.runtimeError || !scores.every(Number.isFinite))
		return { report, reason: reasonOf(lhr) };
	return { report, losses: losses(lhr),
		scores: scores.map(s => Math.round(s * 100)) };
}

async function measureSurely(chrome, url, form) {
	let run;
	for (let i = 0; i < TRIES; i++) {
		run = await measureOnce(chrome, url, form);
		if (!run.reason)
			break;
	}
	return run;
}

async function measure(chrome, url, form, path, count) {
	const runs = [];
	for (let i = 0; i < count && !runs.at(-1)?.reason; i++)
		runs.push(await measureSurely(chrome, url, form));
	const failed = runs.find(r => r.reason);
	if (!failed)
		runs.sort((a, b) => a.scores[0] - b.scores[0]);
	const told = failed ?? runs[(count - 1) >> 1];
	if (told.report)
		writeFileSync(path, told.report);
	return told;
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

function line(title, { reason, scores, losses }) {
	if (reason)
		return `${title.padEnd(30)}not measured: ${reason}`;
	return title.padEnd(30) + scores.map((s, i) =>
	    String(s).padStart(CATEGORIES[i].length)).join('  ') +
	    losses.map(l => `\n    ${l}`).join('');
}

// What is wrong with it, or null.
function faultOf(title, { reason, scores }, aim) {
	if (reason)
		return `${title}: not measured: ${reason}`;
	const low = CATEGORIES.map((c, i) => [c, scores[i]])
	    .filter(([, score]) => score < aim);
	return low.length ? `${title}: ` +
	    low.map(([c, score]) => `${c} ${score}`).join(', ') : null;
}

// Is every page as good as it should be?
async function scoreAll(chrome, city, pages, out, { runs, aim }) {
	const faults = [];
	let lowest = { title: 'no page', least: 100 };
	console.log(`${''.padEnd(30)}${CATEGORIES.join('  ')}`);
	for (const { name, path } of pages)
		for (const form of Object.keys(FORMS)) {
			const title = `${name} ${form}`;
			const told = await measure(chrome, city.url + path,
			    form, join(out, `${name}-${form}.html`), runs);
			console.log(line(title, told));
			faults.push(faultOf(title, told, aim));
			const least = Math.min(...told.scores ?? []);
			if (least <= lowest.least)
				lowest = { title, least };
		}
	console.log(`lowest: ${lowest.least} (${lowest.title}); the aim is ` +
	    `${aim}`);
	const found = faults.filter(Boolean);
	for (const fault of found)
		console.log(`lighthouse: ${fault}`);
	return !found.length;
}

// A whole number above nothing, or an error that names the option.
function count(values, name) {
	const value = Number(values[name]);
	if (!Number.isInteger(value) || value < 1)
		throw new Error(`--${name} cannot be "${values[name]}"`);
	return value;
}

async function main() {
	const { values, positionals } = parseArgs({ allowPositionals: true,
		options: { runs: { type: 'string', default: '3' },
			aim: { type: 'string', default: '95' } } });
	const limits = { runs: count(values, 'runs'),
		aim: count(values, 'aim') };
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
		chrome = await launch({
			chromePath: '/usr/bin/chromium-headless-shell',
			userDataDir: profile, logLevel: 'error',
			chromeFlags: ['--headless',
				...(process.getuid() ? [] :
				    ['--no-sandbox'])] });
		return await scoreAll(chrome, city,
		    choose(pages, positionals), out, limits) ? 0 : 1;
	} finally {
		await chrome?.kill();
		await city.stop();
		rmSync(profile, { recursive: true, force: true });
	}
}

main().then(code => process.exit(code), e => {
	console.error(`lighthouse: ${e.stack}`);
	process.exit(1);
});
