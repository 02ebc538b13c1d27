// SPDX-License-Identifier: Apache-2.0
// Those who watch the readers. A representative sees who looked at his
// organisation and asks why; the auditor answers, looks at the flows, and
// works a finding to its end.
import assert from 'node:assert/strict';

import { chineseLeft, lookAt } from './looks.mjs';
import { addAccount, signIn, signOut } from './people.mjs';

// Departments that no other test reads for.
const ASKING = 'rizhao-tax';
const MATTER = 'other';
const CASES = 7;
const PURPOSE = '年度资格复核';

// Two organisations that nobody else is asked about: {code, name}.
async function organisations(city) {
	const { rows } = await city.json('/publicity?kind=licence&limit=100');
	const codes = [...new Map(rows.map(r => [r.code, r])).values()];
	return codes.slice(-2);
}

const look = (city, code, number, from = ASKING, matter = MATTER) =>
	city.run('check', '--data', city.data, '--matter', matter, '--purpose',
	    PURPOSE, '--case', number, '--from', from, code);

// A program of the department asks once: another reader beside the first.
async function asksByProgram(city, code) {
	const { token } = JSON.parse(city.run('token', 'add', '--data',
	    city.data, '--title', '税务系统', '--department', ASKING, '--can',
	    'check', '--matters', '*', '--rate', '1000', '--json'));
	const answer = await fetch(`${city.url}/v1/checks`, { method: 'POST',
		headers: { authorization: `Bearer ${token}`,
			'content-type': 'application/json' },
		body: JSON.stringify({ code, matter: MATTER,
			purpose: PURPOSE, case: '系统2026-1' }) });
	assert.equal(answer.status, 200);
}

const english = (page, path) => page.goto(`/language?to=en&back=${
	encodeURIComponent(path)}`);

// The look-ups that the page shows, as the document has them.
async function usesOf(page) {
	const answer = await page.request.get('/uses.json?limit=100');
	return (await answer.json()).uses;
}

async function asks(world, own, other) {
	const { page } = world;
	// Others look at the same organisation meanwhile.
	const [use] = (await usesOf(page)).filter(u => u.case === '复核2026-1');
	const row = page.locator(`[data-use="${use.number}"]`);
	const told = await row.innerText();
	for (const part of ['国家税务总局日照市税务局', PURPOSE, '复核2026-1',
		'已答复'])
		assert.ok(told.includes(part), `"${part}" in ${told}`);
	assert.ok(!(await page.innerText('main')).includes(other.code));
	await lookAt(world, 'uses');
	await row.locator('summary').focus();
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	await page.keyboard.type('我单位没有申请过任何资格，为何查询？');
	await page.keyboard.press('Enter');
	await page.waitForURL(/before=/);
	assert.ok((await row.innerText()).includes('尚未答复'));
	assert.equal(await row.locator('summary').count(), 0,
	    'one question at a time');
}

// What is of another organisation is not there, however one asks for it.
async function isRefused(world, other) {
	const { page } = world;
	const answer = await page.goto(`/uses?organisation=${other.code}`);
	assert.equal(answer.status(), 403);
	assert.ok((await page.innerText('#error')).includes('您不是该单位的代表'));
	await lookAt(world, 'uses-refused');
	for (const path of ['/audit', '/check', '/desk'])
		assert.equal((await page.request.get(path)).status(), 403);
}

async function answers(world, own) {
	const { page, visitor } = world;
	await signIn(page, 'auditor-1');
	await visitor.go('/audit');
	const card = page.locator('[data-question]')
	    .filter({ hasText: '为何查询' });
	assert.ok((await card.innerText()).replaceAll(/\s/g, '')
	    .includes(own.code));
	await card.locator('a').click();
	await page.locator('#uses').waitFor();
	assert.ok((await page.innerText('#uses')).includes('复核2026-1'));
	await lookAt(world, 'audit-uses');
	await visitor.go('/audit');
	await card.locator('input[name=text]').fill('系年度复核，办件编号属实。');
	await card.locator('button').click();
	await page.waitForURL(/#questions-title/);
	assert.equal(await card.count(), 0);
	await signOut(page);
}

async function representative(world) {
	const { page, visitor, city } = world;
	const [own, other] = await organisations(city);
	look(city, own.code, '复核2026-1');
	look(city, other.code, '复核2026-2');
	addAccount(city, 'company', '代表李某',
	    ['representative', '--organisation', own.code]);
	addAccount(city, 'auditor-1', '审计甲', ['auditor']);
	await signIn(page, 'company');
	await visitor.go('/uses');
	const lead = await page.innerText('.lead');
	assert.ok(lead.includes(own.name), lead);
	await visitor.go('/cases');
	await visitor.go('/uses');
	const [mine] = (await usesOf(page)).filter(u => u.purpose === 'cases');
	assert.ok((await page.innerText(`[data-use="${mine.number}"]`))
	    .includes('本单位代表'), 'who looked is told, also when it was us');
	assert.ok((await page.innerText('#answers')).includes('审计人员答复'));
	await asks(world, own, other);
	await isRefused(world, other);
	await visitor.go('/uses');
	await signOut(page);
	await answers(world, own);

	await signIn(page, 'company');
	await visitor.go('/uses');
	const [answered] = (await usesOf(page))
	    .filter(u => u.case === '复核2026-1');
	assert.equal(answered.questions[0].is_open, false);
	const row = page.locator(`[data-use="${answered.number}"]`);
	assert.ok((await row.innerText()).includes('系年度复核'));
	assert.ok(!(await page.innerText('main')).includes('auditor-1'));
	assert.equal(await row.locator('summary').count(), 1,
	    'an answer may be questioned again');
	await english(page, '/uses');
	assert.deepEqual(await chineseLeft(page), []);
	await lookAt(world, 'uses-english');
}

const number = text => Number(text.replaceAll(/[^\d.]/g, ''));

// Tables against the document: the flows of the asking department, the
// reader's rank.
async function agrees(page, document) {
	const flow = document.flows.find(f => f.department?.id === ASKING &&
	    f.matter?.id === MATTER);
	const cells = page.locator('#flows-table tbody tr').filter({
		hasText: flow.department.title }).filter({
		hasText: flow.matter.title }).locator('td');
	assert.equal(number(await cells.nth(0).innerText()), flow.answered);
	assert.equal(number(await cells.nth(1).innerText()), flow.refused);
	assert.ok(flow.answered >= CASES);
	// Each bar of the chart says whose it is.
	for (const name of await page.locator('#flows-table tbody th')
	    .evaluateAll(cells => cells.map(c => c.dataset.value.trim())))
		assert.ok(name, 'a bar without a name');
	const rows = page.locator('#readers tbody tr');
	assert.equal(await rows.count(), document.readers.length);
	const at = document.readers.findIndex(r =>
	    r.department?.id === ASKING);
	const reader = document.readers[at];
	const told = await rows.nth(at).locator('td').allInnerTexts();
	assert.equal(number(told[1]), reader.reads);
	// The chart is drawn of these.
	assert.deepEqual(await rows.nth(at).locator('[data-value]')
	    .evaluateAll(cells => cells.map(c => c.dataset.value)),
	[`${reader.reader.name} · ${reader.department.title}`, reader.reads,
		reader.median ?? ''].map(String));
	assert.equal(told[3].replaceAll(/\s/g, ''), reader.has_peers ?
	    `${reader.median}(${reader.peers})` : '无同类');
	assert.equal(number(told[4]), reader.percent_of_median ?? 0);
}

// The entries that prove it stand in the log as the finding numbers them.
async function proves(page, finding) {
	const card = page.locator(`[data-finding="${finding.key}"]`);
	await card.locator('summary').focus();
	await page.keyboard.press('Enter');
	const numbers = (await card.locator('details .num').allInnerTexts())
	    .map(Number);
	assert.deepEqual(numbers, finding.entries);
	await card.locator('.proof-entries').click();
	await page.locator('#uses').waitFor();
	const shown = (await page.locator('#uses [data-use]')
	    .evaluateAll(rows => rows.map(r => Number(r.dataset.use))));
	assert.deepEqual(shown.slice(0, numbers.length).reverse(), numbers);
}

async function step(page, finding, state, text) {
	const card = page.locator(`[data-finding="${finding.key}"]`);
	await card.locator('input[name=text]').focus();
	await page.keyboard.type(text);
	await page.keyboard.press('Enter');
	await card.locator(`[data-state=${state}]`).waitFor();
	assert.ok((await card.innerText()).includes(text));
	const url = new URL(page.url());
	assert.equal(url.hash, `#${finding.key}`);
	return url.search;
}

const overview = async (page, search = '') =>
	(await page.request.get(`/audit.json${search}`)).json();

async function auditor(world) {
	const { page, visitor, city } = world;
	const [, other, third] = (await city.json(
	    '/publicity?kind=penalty&limit=100')).rows.map(r => r.code)
	    .filter((c, n, all) => all.indexOf(c) === n);
	for (let n = 0; n < CASES; n++)
		look(city, third, `复核2026-${100 + n}`);
	look(city, other, '日采2026-1', 'rizhao-finance',
	    'government-procurement');
	await asksByProgram(city, third);
	addAccount(city, 'auditor-2', '审计乙', ['auditor']);
	await signIn(page, 'auditor-2');
	await visitor.go('/audit');
	await lookAt(world, 'audit');
	for (const table of ['flows-table', 'readers'])
		await page.locator(`[data-chart=${table}][data-drawn] canvas`)
		    .waitFor({ state: 'attached' });
	const document = await overview(page);
	await visitor.go('/audit');
	await agrees(page, document);
	const finding = document.findings.find(f =>
	    f.rule.id === 'same-subject' && f.subject === third);
	assert.equal(finding.measured, CASES);
	await proves(page, finding);

	// The month before, told by its days, is kept while one works.
	await visitor.go(`/audit?from=${document.from}&to=${document.to}`);
	const search = await step(page, finding, 'open', '已约谈，调取办件材料');
	assert.equal(search, `?from=${document.from}&to=${document.to}`);
	await lookAt(world, 'audit-case');
	await step(page, finding, 'closed', '办件属实，已提示一并核查');
	const [round] = (await overview(page)).findings
	    .find(f => f.key === finding.key).cases;
	assert.deepEqual([round.is_open, round.opened_by, round.closed_by,
		round.conclusion],
	[false, 'auditor-2', 'auditor-2', '办件属实，已提示一并核查']);
	await english(page, '/audit');
	assert.deepEqual(await chineseLeft(page), []);
	await lookAt(world, 'audit-english');
}

export const tests = () => [
	{ name: 'a representative sees who looked, asks why, reads the answer',
		options: { isErrorExpected: true }, body: representative },
	{ name: 'an auditor works a finding to its end, and the numbers agree',
		options: {}, body: auditor },
];
