// SPDX-License-Identifier: Apache-2.0
// The clerk's desk: a day at a service window. A check asked for and read, a
// mistyped code explained, the evidence taken away and verified offline, the
// sheet for the file, the decision told, and a page that was left open; and a
// list of bidders.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { chineseLeft, lookAt } from './looks.mjs';
import { picture } from './visitor.mjs';
import { addAccount, givePassword, setUpCode, signIn,
	signOut } from './people.mjs';

const FINANCE = 'rizhao-finance';
// One that no other test checks for.
const NOTIFIED = 'rizhao-water-resources';
const TITLES = ['主体名称', '主体类别', '统一社会信用代码', '列入决定书文号',
	'列入事由', '列入依据', '告知书送达日期', '列入日期', '列入决定机关',
	'列入决定机关统一社会信用代码', '列入截止日期'];
const MATTER = 'government-procurement';

// An organisation that is on a list from which something follows.
async function listed(city) {
	const { rows } = await city.json('/lists/wage-arrears');
	return rows[0];
}

async function ask(page, { code, purpose, number, matter = MATTER }) {
	await page.fill('#code', code);
	await page.selectOption('#matter', matter);
	await page.fill('#purpose', purpose);
	await page.fill('#case', number);
	await page.locator('#case').press('Enter');
	await page.waitForLoadState();
}

// The file that a link gives, saved in the city's folder.
async function take(page, city, selector) {
	const [download] = await Promise.all([page.waitForEvent('download'),
		page.locator(selector).click()]);
	const path = join(city.folder, download.suggestedFilename());
	await download.saveAs(path);
	return path;
}

// What the page shows of the answer is what the answer says: each entry with
// document, authority, last day, what would end it, measures with their
// basis, and whom to ask about it.
async function readsAnswer(page, answer) {
	const sections = page.locator('#answer .check-entry');
	assert.equal(await sections.count(), answer.entries.length);
	const whole = await page.innerText('#answer');
	assert.ok(answer.objection.clocks.length && whole.includes(
	    answer.objection.office.title), 'how to object');
	assert.ok(whole.includes(answer.catalogue), 'digest of the catalogue');
	for (const [n, e] of answer.entries.entries()) {
		assert.ok(e.exit, `entry ${n} does not say what would end it`);
		const text = await sections.nth(n).innerText();
		const [year, month, day] = e.until.split('-').map(Number);
		const wanted = [e.document, e.authority, e.exit,
			`${year}年${month}月${day}日`,
			`咨询单位：${e.objection.department.title}`,
			...e.measures.map(m => m.title),
			...[e, ...e.measures].flatMap(m => m.bases)
			    .map(b => b.title)];
		for (const part of wanted)
			assert.ok(text.replaceAll(/\s/g, '').includes(
			    part.replaceAll(/\s/g, '')),
			`entry ${n} lacks "${part}": ${text}`);
	}
	const told = new Set(answer.entries.flatMap(e =>
	    e.measures.map(m => m.title)));
	assert.equal(await page.locator('#measures li').count(), told.size);
}

// Nothing but the file and the public key; and one changed byte is seen.
async function verifies(city, path, answer) {
	const key = join(city.folder, 'uses.key.pub');
	writeFileSync(key, await (await fetch(
	    `${city.url}/log/uses/key`)).text());
	const { proved, statement } = JSON.parse(execFileSync(city.program,
	    ['verify', path, '--key', key, '--json'], { encoding: 'utf8',
		cwd: city.folder }));
	assert.ok(proved);
	assert.equal(statement.answer,
	    createHash('sha256').update(answer).digest('hex'));
	const bytes = readFileSync(path);
	bytes[bytes.indexOf('extra ') + 40] ^= 1;
	writeFileSync(`${path}.changed`, bytes);
	assert.notEqual(spawnSync(city.program, ['verify', `${path}.changed`,
		'--key', key]).status, 0);
	return statement;
}

// The sheet for the file: the answer, and nothing that is for the screen.
async function prints(page, screenshots) {
	await page.emulateMedia({ media: 'print' });
	const shown = selector => page.locator(selector)
	    .filter({ visible: true }).count();
	assert.equal(await shown('#answer .check-entry') > 0, true);
	assert.equal(await shown('form, nav, .btn'), 0);
	await picture(page, screenshots, 'check-answer-print');
	await page.emulateMedia({ media: 'screen' });
}

// By keyboard: the radio group by its arrows, boxes by the space bar.
async function decides(page, measure) {
	await page.locator('#decide [value=applied]').focus();
	await page.keyboard.press('Space');
	await page.locator('#reason').focus();
	await page.keyboard.type('列入拖欠农民工工资名单，依法限制参加');
	await page.locator('#decide button').focus();
	await page.keyboard.press('Enter');
	await page.locator('#decide-problem').waitFor();
	assert.ok((await page.innerText('#decide-problem'))
	    .includes('救济途径'));
	assert.ok((await page.inputValue('#reason')).startsWith('列入拖欠'));
	assert.ok(await page.isChecked('#decide [value=applied]'));
	await page.locator(`[name=m-${measure.id}]`).focus();
	await page.keyboard.press('Space');
	await page.locator('#appeal').focus();
	await page.keyboard.type('六十日内可以向日照市人民政府申请行政复议');
	await page.locator('#decide button').dblclick();
	await page.locator('#decisions').waitFor();
}

async function day(world) {
	const { page, visitor, city, screenshots } = world;
	const { code, name } = await listed(city);
	addAccount(city, 'window', '窗口王某',
	    ['clerk', '--department', FINANCE]);
	await givePassword(page, 'window');
	await page.waitForURL('**/account/code*');
	await lookAt(world, 'account-code');
	await setUpCode(page);
	await page.locator('#own-nav a[href="/check"]').click();
	await page.waitForURL('**/check');

	const wrong = code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A');
	const question = { purpose: '采购资格审查', number: '日采2026-18' };
	await ask(page, { ...question, code: wrong });
	const problem = await page.innerText('#problem');
	assert.ok(problem.replaceAll(/\s/g, '').includes('第18个字符') &&
	    problem.includes(`“${code.at(-1)}”`), problem);
	assert.equal(await page.inputValue('#purpose'), question.purpose);

	await ask(page, { ...question, code });
	assert.equal(await page.innerText('#answer-title'), name);
	const bytes = readFileSync(await take(page, city, '#keep'));
	const answer = JSON.parse(bytes);
	assert.equal(answer.case, question.number);
	await readsAnswer(page, answer);
	await lookAt(world, 'check-answer');
	await prints(page, screenshots);
	const statement = await verifies(city, await take(page, city, '#evidence'), bytes);
	assert.equal(statement.reader.name, 'window');
	assert.equal(statement.subject, code);

	const measure = answer.entries.flatMap(e => e.measures)
	    .find(m => m.kind === 'reduce');
	await decides(page, measure);
	const made = await (await page.request.get(
	    `/check/${answer.id}.json`)).json();
	assert.equal(made.decisions.length, 1, 'pressed twice it is one');
	assert.deepEqual([made.decisions[0].decision.id,
		made.decisions[0].measures[0].id],
	['applied', measure.id]);
	const told = await page.innerText('#decisions');
	assert.ok(told.includes(measure.title) && told.includes('行政复议'));
	await lookAt(world, 'check-made');

	await visitor.go('/check');
	const own = page.locator(`#made [data-check="${answer.id}"]`);
	assert.ok((await own.innerText()).includes('已记录'));
	await lookAt(world, 'check');
	const left = await visitor.context.newPage();
	await left.goto('/check');
	await signOut(page);
	await ask(left, { ...question, code });
	await left.locator('.not-sent[data-state=ended]').waitFor();
	// As it goes without scripts.
	await left.$eval('#check', form => form.submit());
	await left.locator('#error[data-status="401"] #sent').waitFor();
	assert.equal(await left.inputValue('#words [name=case]'),
	    question.number);
	await lookAt({ ...world, page: left }, 'words-check');
}

// The bidders of a tender, as they stand in a spreadsheet: a row for each, one
// trace for all, and the table for the file.
async function list(world) {
	const { page, visitor, city } = world;
	const { code, name } = await listed(city);
	const { rows } = await city.json('/publicity?kind=licence&limit=3');
	const bidders = [code, ...rows.map(r => r.code)];
	addAccount(city, 'window-3', '窗口赵某',
	    ['clerk', '--department', FINANCE]);
	await signIn(page, 'window-3');
	await visitor.go('/check');
	await page.locator('#check-nav a[href="/check/many"]').click();
	await page.waitForURL('**/check/many');
	await lookAt(world, 'check-many-form');
	await page.fill('#codes', ['序号\t投标人\t统一社会信用代码',
		...bidders.map((c, n) => `${n + 1}\t投标人${n + 1}\t${c}`),
		'9\t甲公司\t91371102MA3C0000XX'].join('\n'));
	await page.selectOption('#matter', MATTER);
	await page.fill('#purpose', '投标资格审查');
	await page.fill('#case', '日采2026-20');
	await page.locator('#check-many button').focus();
	await page.keyboard.press('Enter');
	await page.locator('#rows').waitFor();
	const shown = page.locator('#rows tbody tr');
	assert.deepEqual(await shown.evaluateAll(all =>
	    all.map(r => r.dataset.code ?? '')), [...bidders, '']);
	assert.equal(await shown.first().getAttribute('data-result'),
	    'applies');
	assert.ok((await shown.last().innerText()).includes('未能答复'));
	const told = (await shown.first().locator('td').nth(3).innerText())
	    .trim().split('\n');
	assert.deepEqual(told, [...new Set(told)], 'a measure twice');
	await lookAt(world, 'check-many');

	const sheet = await take(page, city, '#xlsx');
	const bytes = readFileSync(await take(page, city, '#keep'));
	const csv = readFileSync(await take(page, city, '#csv'), 'utf8');
	const xlsx = readFileSync(sheet);
	assert.equal(xlsx.subarray(0, 2).toString(), 'PK');
	assert.ok(csv.includes(name) && csv.includes('有适用措施'), csv);
	const statement = await verifies(city, await take(page, city, '#evidence'), bytes);
	assert.equal(statement.case, '日采2026-20');
	await shown.first().locator('a[href^="#o-"]').click();
	assert.ok((await page.innerText('#o-1')).includes(name));
	await shown.first().locator('a[href^="/check/"]').click();
	await page.locator('#decide').waitFor();
	assert.ok((await page.innerText('#made')).includes(name));

	await visitor.go('/check/many');
	await page.setInputFiles('#file', sheet);
	await page.selectOption('#matter', MATTER);
	await page.fill('#purpose', '投标资格复审');
	await page.fill('#case', '日采2026-20');
	await page.locator('#check-many button').click();
	await page.locator('#read').waitFor();
	assert.ok((await page.innerText('#read')).includes('“统一社会信用代码”'));
	assert.deepEqual(await shown.evaluateAll(all =>
	    all.map(r => r.dataset.code ?? '')), [...bidders, '']);
	await lookAt(world, 'check-many-file');

	await visitor.go('/check/many');
	await page.fill('#codes', '91371102MA3C0000XX');
	await page.fill('#purpose', '投标资格复审');
	await page.fill('#case', '日采2026-20');
	await page.locator('#check-many button').click();
	await page.locator('#rows').waitFor();
	assert.equal(await page.locator('#answer h2').count(), 1,
	    'a heading of entries over nothing');
}

// An entry of the list of wage arrears, as its department sends it.
function enlist(city, { code, name }) {
	const path = join(city.folder, `enlist-${code}.csv`);
	writeFileSync(path, `${TITLES.join(',')}\n${[name, '法人及非法人组织',
		code, '日人社欠列〔2026〕901号', '拖欠工资经责令限期支付逾期未支付',
		'《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条',
		'2026-09-20', '2026-10-08', '日照市人力资源和社会保障局',
		'11371100EXAMP0031M', '2029-10-08'].join(',')}\n`);
	const { counts } = JSON.parse(city.run('submit', '--data', city.data,
	    '--item', 'wage-arrears', '--from', 'rizhao-human-resources',
	    '--json', path));
	assert.equal(counts.records + counts.versions, 1);
}

// What comes after a check is on the page a few seconds later.
async function awaitNotice(page, visitor, code) {
	const row = page.locator('#rows tbody tr', { hasText: code });
	for (let n = 0; n < 60 && !await row.count(); n++) {
		await page.waitForTimeout(500);
		await visitor.go('/check/notices');
	}
	assert.equal(await row.count(), 1, 'no notice within 30 seconds');
	return row;
}

// A check of last week; since then the organisation came onto a list.
async function notices(world) {
	const { page, visitor, city } = world;
	const { rows } = await city.json('/publicity?kind=licence&limit=60');
	const one = rows.at(-1);
	addAccount(city, 'window-4', '窗口钱某',
	    ['clerk', '--department', NOTIFIED]);
	await signIn(page, 'window-4');
	await visitor.go('/check/notices');
	assert.ok(await page.locator('.empty-note').isVisible());
	// Who has one department has nothing to choose.
	assert.equal(await page.locator('#filter').count(), 0);
	assert.equal((await page.locator('#department dd').innerText()).trim(),
	    '日照市水利局');
	await lookAt(world, 'check-notices-none');
	await visitor.go('/check');
	await ask(page, { code: one.code, purpose: '投标资格审查',
		number: '招标2026-5', matter: 'construction-bidding' });
	await page.locator('#answer').waitFor();
	const id = await page.locator('#answer dt', { hasText: '核查编号' })
	    .locator('+ dd').innerText();
	enlist(city, one);
	await visitor.go('/check/notices');
	const row = await awaitNotice(page, visitor, one.code);
	const told = (await row.innerText()).replaceAll(/\s/g, '');
	for (const part of [one.name, '日人社欠列〔2026〕901号', '招标2026-5', id])
		assert.ok(told.includes(part), `"${part}" in ${told}`);
	assert.equal(await row.getAttribute('data-event'), 'begun');
	await lookAt(world, 'check-notices');

	// From there to the earlier check, and to a new one.
	await row.getByRole('link', { name: id }).click();
	await page.locator('#made').waitFor();
	await page.goBack();
	await row.getByRole('link', { name: '重新核查' }).click();
	assert.equal(await page.inputValue('#code'), one.code);
	assert.equal(await page.inputValue('#case'), '招标2026-5');
	await page.fill('#purpose', '投标资格审查');
	await page.locator('#check button').click();
	await page.locator('#answer').waitFor();
	assert.ok((await page.innerText('#answer'))
	    .includes('日人社欠列〔2026〕901号'));
	await page.goto('/language?to=en&back=%2Fcheck%2Fnotices');
	assert.deepEqual(await chineseLeft(page), []);
	await lookAt(world, 'check-notices-english');
}

async function inEnglish({ page, visitor, city, screenshots }) {
	const { code } = await listed(city);
	addAccount(city, 'window-2', 'Clerk Wang',
	    ['clerk', '--department', FINANCE]);
	await signIn(page, 'window-2');
	await visitor.go('/check');
	assert.deepEqual(await chineseLeft(page), []);
	await ask(page, { code, purpose: 'eligibility', number: '2026-19' });
	await page.locator('#answer').waitFor();
	assert.deepEqual(await chineseLeft(page), []);
	await picture(page, screenshots, 'check-answer-english');
	// Interrupted, he finds it again by its case number.
	await visitor.go('/check');
	assert.deepEqual(await chineseLeft(page), []);
	await page.locator('#made tr', { hasText: 'not recorded yet' })
	    .locator('a').click();
	await page.check('#decide [value=not-applied]');
	await page.fill('#reason', 'Paid in full yesterday.');
	await page.locator('#decide button').click();
	await page.locator('#decisions').waitFor();
	assert.deepEqual(await chineseLeft(page), []);
	await visitor.go('/check/many');
	await page.fill('#codes', `${code}\nEXAMPLE`);
	await page.fill('#purpose', 'eligibility');
	await page.fill('#case', '2026-21');
	await page.locator('#check-many button').click();
	await page.locator('#rows').waitFor();
	assert.deepEqual(await chineseLeft(page), []);
}

export const tests = () => [
	{ name: 'a clerk checks, verifies, prints, decides, and signs out',
		options: { isErrorExpected: true }, body: day },
	{ name: 'a clerk checks a list of bidders and takes the table away',
		options: {}, body: list },
	{ name: 'a clerk is told what came after a check, and checks again',
		options: {}, body: notices },
	{ name: 'a clerk checks and decides in English',
		options: { lang: 'en' }, body: inEnglish },
];
