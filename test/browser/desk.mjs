// SPDX-License-Identifier: Apache-2.0
// A department's day at its desk: a record entered with live checks and
// without, corrected and withdrawn, a doubtful row decided; and how those
// pages look.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { chineseLeft, lookAt } from './looks.mjs';
import { addAccount, givePassword, setUpCode, signIn as signInAs,
	signInAgain, signOut } from './people.mjs';

// An account of the department with these roles; signs the visitor in.
async function signIn({ page, city, places }, login, ...roles) {
	addAccount(city, login, login, ...roles.map(role =>
	    [role, '--department', places.row.department.id]));
	await signInAs(page, login);
}

// What a whole penalty says, of the organisation of a published record.
export async function penalty({ city, places }, number) {
	const { record } = await city.json(`/records/${places.record}`);
	const of = name => record.fields.find(f => f.name === name)?.value;
	const day = new Date(Date.now() - 864e5).toISOString().slice(0, 10);
	return {
		texts: {
			CF_XDR_MC: places.name, CF_XDR_SHXYM: places.code,
			CF_WSH: `示手罚〔2026〕${number}号`,
			CF_WFXW: '未按规定明码标价', CF_SY: '未标明价格',
			CF_YJ: '《价格法》第四十二条', CF_NR: '罚款五万元',
			CF_NR_FK: '5', CF_CFJG: of('CF_CFJG'),
			CF_CFJGDM: of('CF_CFJGDM'), CF_SJLY: of('CF_SJLY'),
			CF_SJLYDM: of('CF_SJLYDM'), CF_JDRQ: day,
			CF_YXQ: '2099-12-31',
		},
		kind: places.code.startsWith('92') ? '个体工商户'
		    : '法人及非法人组织',
	};
}

// As somebody does who goes to the field first: that of a day becomes the
// browser's own then.
async function write(page, name, value) {
	const field = page.locator(`#x-${name}`);
	await field.focus();
	await field.fill(value);
}

export async function fill(page, { texts, kind }) {
	for (const [name, value] of Object.entries(texts))
		if (value)
			await write(page, name, value);
	await page.selectOption('#x-CF_XDR_LB', kind);
	await page.check('input[name=CF_CFLB][value="罚款"]');
}

const finding = (page, name) => page.locator(`#e-${name} .finding`);

async function entersWithLiveChecks(world) {
	const { page, visitor } = world;
	await signIn(world, 'live', 'operator');
	const row = await penalty(world, 1);
	const form = '/desk/records/new?item=penalty';
	await visitor.go(`/language?to=en&back=${encodeURIComponent(form)}`);
	assert.deepEqual(await chineseLeft(page), []);
	await visitor.go(`/language?to=zh&back=${encodeURIComponent(form)}`);
	await page.fill('#x-CF_XDR_SHXYM', `${row.texts.CF_XDR_SHXYM.slice(0, 17)}`);
	assert.equal(await finding(page, 'CF_JDRQ').count(), 0,
	    'what nobody came to is not told');
	await page.locator('#x-CF_WSH').focus();
	await finding(page, 'CF_XDR_SHXYM').first().waitFor();
	const wrong = page.locator('#summary a[href="#x-CF_XDR_SHXYM"]');
	await wrong.waitFor();
	assert.ok((await page.innerText('#summary')).includes('1 个字段'));
	assert.equal(await page.locator('#x-CF_XDR_SHXYM')
	    .getAttribute('aria-invalid'), 'true');
	await fill(page, row);
	await page.locator('#summary[data-state=record]').waitFor();
	assert.equal(await page.locator('.finding.is-error').count(), 0);
	await page.selectOption('#x-CF_XDR_LB', '自然人');
	await page.locator('#summary[data-state=natural-person]').waitFor();
	assert.ok((await page.innerText('#summary')).includes('自然人'));
	await page.selectOption('#x-CF_XDR_LB', row.kind);
	await page.locator('#summary[data-state=record]').waitFor();
	// The day as pages write it.
	assert.match(await page.innerText('#summary'),
	    /将公示至\d{4}年\d+月\d+日。/);
	await page.click('#send');
	await page.waitForURL(/\/desk\/records\/\d+$/);
	assert.ok((await page.innerText('main')).includes(row.texts.CF_WSH));
}

// A licence of the same organisation, one field wrong at first.
async function entersLicence(world) {
	const { page, visitor, places } = world;
	await signIn(world, 'licensing', 'operator');
	const { texts, kind } = await penalty(world, 3);
	const number = '示手许〔2026〕3号';
	const licence = {
		XK_XDR_MC: places.name, XK_XDR_SHXYM: places.code,
		XK_XKWS: '食品经营许可决定书', XK_WSH: number,
		XK_NR: '预包装食品销售', XK_JDRQ: texts.CF_JDRQ,
		XK_YXQZ: texts.CF_JDRQ, XK_YXQZI: '2020-01-01',
		XK_XKJG: texts.CF_CFJG, XK_XKJGDM: texts.CF_CFJGDM,
		XK_LYDW: texts.CF_SJLY, XK_LYDWDM: texts.CF_SJLYDM,
	};
	await visitor.go('/desk/records/new?item=licence');
	for (const [name, value] of Object.entries(licence))
		await write(page, name, value);
	await page.selectOption('#x-XK_XDR_LB', kind);
	await page.selectOption('#x-XK_XKLB', '核准');
	await page.selectOption('#x-XK_ZT', '有效');
	await page.locator('#summary[data-state=refused]').waitFor();
	assert.ok((await page.locator('.finding.is-error').allInnerTexts())
	    .some(text => text.includes('有效期至早于有效期自')));
	await write(page, 'XK_YXQZI', '2099-12-31');
	await page.locator('#summary[data-state=record]').waitFor();
	await page.click('#send');
	await page.waitForURL(/\/desk\/records\/\d+$/);
	assert.ok((await page.innerText('main')).includes(number));
	const found = page.locator(`a[href="${new URL(page.url()).pathname}"]`);
	// What was sent in is listed a moment later.
	let tried = 0;
	do
		await visitor.go(`/desk/records?q=${encodeURIComponent(number)}`);
	while (!await found.count() && ++tried < 50);
	assert.ok((await found.allInnerTexts()).includes(number));
}

async function worksWithoutScripts(world) {
	const { page, visitor } = world;
	await signIn(world, 'plain', 'operator', 'reviewer');
	const row = await penalty(world, 2);
	await visitor.go('/desk/records/new?item=penalty');
	await fill(page, row);
	await page.fill('#x-CF_XDR_SHXYM', '123');
	await page.click('#send');
	await finding(page, 'CF_XDR_SHXYM').first().waitFor();
	assert.equal(await page.inputValue('#x-CF_WSH'), row.texts.CF_WSH);
	await page.fill('#x-CF_XDR_SHXYM', row.texts.CF_XDR_SHXYM);
	await page.click('#send');
	await page.waitForURL(/\/desk\/records\/\d+$/);
	await page.click('#amend');
	await page.fill('#x-CF_NR', '罚款人民币五万元');
	await page.click('#send');
	await page.waitForURL(u => /\/desk\/records\/\d+$/.test(u.pathname));
	assert.ok((await page.innerText('main')).includes('罚款人民币五万元'));
	await page.click('#withdraw');
	await page.selectOption('#cause', '处罚决定被依法撤销');
	await page.fill('#since', row.texts.CF_JDRQ);
	assert.equal(await page.locator('#confirm').count(), 0);
	await page.locator('#withdraw button[value=look]').click();
	await page.locator('#confirm').waitFor();
	assert.ok(await page.locator('#due').isVisible());
	await page.locator('#confirm button[value=withdraw]').click();
	await page.locator('#ended').waitFor();
	assert.equal(await world.city.status(new URL(page.url()).pathname
	    .replace('/desk', '')), 410);
	await page.click('#reinstate summary');
	await page.fill('#reinstate [name=reason]', '选错记录');
	await page.locator('#reinstate button').click();
	await page.locator('#reinstated', { hasText: '选错记录' }).waitFor();
	assert.ok((await page.innerText('main')).includes('罚款人民币五万元'));
	assert.ok(await page.locator('#withdraw').isVisible());
}

async function decidesDoubtful(world) {
	const { page, visitor } = world;
	await signIn(world, 'decide', 'operator');
	await visitor.go('/desk/doubtful');
	await page.locator('#rows a').first().click();
	await page.locator('#decide').waitFor();
	// Nobody decides against the characters of a code that is not there.
	assert.equal(await page.locator('#decide [name=force]').count(),
	    await page.innerText('#beside .as-given.code') === '—' ? 0 : 1);
	// What nothing comes of is kept, and says why.
	await page.fill('#reason', '查无此单位');
	await page.locator('#decide button').click();
	assert.ok(await page.locator('#decide input[value=reject]').evaluate(
	    e => e.matches(':invalid')), 'nobody decides without a choice');
	await page.check('#decide input[value=other]');
	await page.fill('#decide input[name=code]', '123');
	await page.locator('#decide button').click();
	await page.locator('#problem').waitFor();
	assert.ok((await page.innerText('#problem')).includes('123'));
	assert.ok(await page.isChecked('#decide input[value=other]'));
	assert.equal(await page.inputValue('#reason'), '查无此单位');
	await page.check('#decide input[value=reject]');
	await page.locator('#decide button').click();
	await page.locator('#state[data-state=dismissed]').waitFor();
	await page.fill('#reason', '另行核实');
	await page.locator('#undo button').click();
	await page.locator('#decide').waitFor();
	assert.equal(await page.locator('#decisions li').count(), 2);
	await lookAt(world, 'desk-doubtful-row-undone');
}

// A file of rows as a department's system writes it.
function csvOf(rows) {
	const cell = text => `"${text.replaceAll('"', '""')}"`;
	const names = Object.keys(rows[0]).filter(n => rows[0][n] !== undefined);
	return Buffer.from([names, ...rows.map(r => names.map(n => r[n]))]
	    .map(line => line.map(cell).join(',')).join('\r\n') + '\r\n');
}

const count = (page, name) => page.innerText(`[data-field=${name}]`);

// The operator's day: a file with an error, its report, the refused row taken
// away, mended, dropped on the form, taken in.
async function sendsFiles(world) {
	const { page, visitor, city } = world;
	await signIn(world, 'sends', 'operator');
	const rows = [];
	for (const number of [3, 4]) {
		const { texts, kind } = await penalty(world, number);
		rows.push({ ...texts, CF_XDR_LB: kind, CF_CFLB: '罚款' });
	}
	rows[0].CF_JDRQ = '2026-01-05';
	rows[1].CF_JDRQ = '2026-02-30';
	await visitor.go('/desk');
	await page.locator('.upload-progress').waitFor({ state: 'attached' });
	await page.selectOption('#item', 'penalty');
	await page.setInputFiles('#file', { name: '处罚.csv',
		mimeType: 'text/csv', buffer: csvOf(rows) });
	await page.locator('#upload button[type=submit]').click();
	await page.waitForURL(/\/desk\/submissions\/\d+$/);
	await page.locator('#state[data-state=taken-in]').waitFor();
	assert.equal(await count(page, 'records'), '1');
	assert.equal(await count(page, 'refused'), '1');
	assert.equal(await count(page, 'late'), '1');
	assert.equal(await page.innerText('#sender'), 'sends');
	const place = Object.keys(rows[1]).indexOf('CF_JDRQ');
	const cells = await page.locator('#rows tr[data-row]').first()
	    .locator('td').allInnerTexts();
	assert.deepEqual(cells.slice(0, 2),
	    ['3', `处罚决定日期\n${String.fromCharCode(65 + place)} 列`]);
	assert.ok(cells[2].includes('2026-02-30'), cells[2]);
	assert.ok(cells[3].includes('核对'), cells[3]);
	await lookAt(world, 'desk-submission');
	const [download] = await Promise.all([page.waitForEvent('download'),
		page.locator('main a[href$=".csv"]').click()]);
	const path = join(city.folder, 'rejects.csv');
	await download.saveAs(path);
	const mended = readFileSync(path, 'utf8')
	    .replace('2026-02-30', rows[0].CF_JDRQ);
	await visitor.go('/desk');
	await page.selectOption('#item', 'penalty');
	const dropped = await page.evaluateHandle(text => {
		const transfer = new DataTransfer();
		transfer.items.add(new File([text], 'mended.csv',
		    { type: 'text/csv' }));
		return transfer;
	}, mended);
	await page.dispatchEvent('#upload', 'drop', { dataTransfer: dropped });
	assert.equal(await page.$eval('#file', f => f.files[0].name),
	    'mended.csv');
	await page.locator('#upload button[type=submit]').click();
	await page.waitForURL(/\/desk\/submissions\/\d+$/);
	await page.locator('#state[data-state=taken-in]').waitFor();
	assert.equal(await count(page, 'records'), '1');
	assert.equal(await count(page, 'refused'), '0');
	await visitor.go('/desk');
	const sent = await page.innerText('#rows');
	for (const name of ['处罚.csv', 'mended.csv'])
		assert.ok(sent.includes(name), `${name} is not among\n${sent}`);
	await lookAt(world, 'desk');
}

// The line breaks when all is there and only the answer is not: what is sent
// again then is the same submission. While a file is on its way, whoever leaves
// the page is asked.
async function losesTheAnswer(world) {
	const { page, visitor } = world;
	await signIn(world, 'loses', 'operator');
	const { texts, kind } = await penalty(world, 13);
	await visitor.go('/desk');
	await page.locator('.upload-progress').waitFor({ state: 'attached' });
	await page.selectOption('#item', 'penalty');
	await page.setInputFiles('#file', { name: '断线.csv',
		mimeType: 'text/csv', buffer: csvOf([{ ...texts,
			CF_XDR_LB: kind, CF_CFLB: '罚款' }]) });
	// Another request carries the first one's body; when it was answered,
	// and this page may go on, the first one only fails.
	await page.evaluate(() => {
		const { prototype } = XMLHttpRequest, { send } = prototype;
		prototype.send = function (body) {
			const carrier = new XMLHttpRequest();
			prototype.send = send;
			carrier.open('POST', '/desk/upload');
			carrier.addEventListener('load', () => {
				globalThis.lose = () => this.dispatchEvent(
				    new ProgressEvent('error'));
			});
			carrier.send(body);
		};
	});
	await page.locator('#upload button[type=submit]').click();
	await page.waitForFunction(() => globalThis.lose);
	const [question] = await Promise.all([page.waitForEvent('dialog'),
		page.evaluate(() => { setTimeout(() => location.reload()); })]);
	assert.equal(question.type(), 'beforeunload');
	await question.dismiss();
	await page.evaluate(() => globalThis.lose());
	await page.locator('.upload-progress', { hasText: '断' }).waitFor();
	await page.locator('#upload button[type=submit]').click();
	await page.waitForURL(/\/desk\/submissions\/\d+$/);
	await page.locator('#state[data-state=taken-in]').waitFor();
	assert.equal(await count(page, 'records'), '1');
	await visitor.go('/desk');
	assert.equal(await page.locator('#rows tr',
	    { hasText: '断线.csv' }).count(), 1);
}

// Files that say nothing: each is told by the name that its sender gave it.
async function sendsNothing(world) {
	const { page, visitor } = world;
	await signIn(world, 'nothing', 'operator');
	const { texts } = await penalty(world, 5);
	const told = async (name, text, wanted) => {
		await visitor.go('/desk');
		await page.selectOption('#item', 'penalty');
		await page.setInputFiles('#file', { name,
			mimeType: 'text/csv', buffer: Buffer.from(text) });
		await page.locator('#upload button[type=submit]').click();
		await page.waitForURL(/\/desk\/submissions\/\d+$/);
		await page.locator(wanted).waitFor();
		return page.innerText(wanted);
	};
	const empty = await told('空.csv', '', '#problem');
	assert.ok(empty.includes('空.csv'), empty);
	assert.ok(!empty.includes('/uploads/'), empty);
	await told('标题.csv', `${Object.keys(texts).join(',')}\r\n`,
	    '#no-data');
	await lookAt(world, 'desk-submission-nothing');
	const none = await told('无.json', '[]', '#no-data');
	assert.ok(!none.includes('标题'), none);
	await told('退回.csv', csvOf([{ ...texts, CF_JDRQ: '2026-02-30' }]),
	    '#none-taken');
	// What is too large is told at once, and by the server's word.
	await visitor.go('/desk');
	await page.$eval('#upload', form => { form.dataset.max = 2; });
	await page.setInputFiles('#file', { name: '大.csv',
		mimeType: 'text/csv', buffer: Buffer.from('abc') });
	await page.locator('#upload button[type=submit]').click();
	const large = page.locator('.upload-progress',
	    { hasText: '超过 1 GB' });
	await large.waitFor();
	await page.$eval('#upload', form => { form.dataset.max = 9; });
	await page.route('**/desk/upload', r => r.fulfill({ status: 429,
		contentType: 'application/json', body: '{}' }));
	await page.locator('#upload button[type=submit]').click();
	await page.locator('.upload-progress', { hasText: '繁忙' }).waitFor();
	await page.unroute('**/desk/upload');
	await page.route('**/desk/upload', r => r.fulfill({ status: 413,
		contentType: 'application/json', body: '{}' }));
	await page.locator('#upload button[type=submit]').click();
	await large.waitFor();
}

// From a file's report to the rows of it that wait for somebody.
async function findsDoubtful(world) {
	const { page, visitor } = world;
	await signIn(world, 'finds', 'operator');
	const { texts, kind } = await penalty(world, 6);
	const row = { ...texts, CF_XDR_LB: kind, CF_CFLB: '罚款',
		CF_XDR_SHXYM: `${texts.CF_XDR_SHXYM.slice(0, 8)}XXXXXXXXXX` };
	await visitor.go('/desk');
	await page.selectOption('#item', 'penalty');
	await page.setInputFiles('#file', { name: '存疑.csv',
		mimeType: 'text/csv', buffer: csvOf([row]) });
	await page.locator('#upload button[type=submit]').click();
	await page.locator('#doubtful a').click();
	await page.waitForURL('**/desk/doubtful');
}

// Whoever wanted nothing in particular begins at his work, and comes back to
// it from the public pages.
async function beginsAtWork(world) {
	const { page, visitor } = world;
	await signIn(world, 'begins', 'operator');
	assert.equal(new URL(page.url()).pathname, '/desk');
	await visitor.go('/');
	await page.locator('footer a[href="/start"]').click();
	await page.waitForURL('**/desk');
	await visitor.go('/search');
	await page.click('#work');
	await page.waitForURL('**/desk');
	assert.equal(await page.locator('#work').count(), 0);
	await visitor.go('/audit');
	await page.click('#error a[href="/start"]');
	await page.waitForURL('**/desk');
	await signOut(page);
	await visitor.go('/');
	await page.locator('footer a[href="/start"]').click();
	await page.waitForURL(u => u.pathname === '/sign-in');
	await signOutOf(world, 'begins-2', 'reviewer', '/desk/records');
	addAccount(world.city, 'begins-3', 'begins-3', ['admin']);
	await signInAs(page, 'begins-3');
	assert.equal(new URL(page.url()).pathname, '/account');
}

async function signOutOf(world, login, role, wanted) {
	await signIn(world, login, role);
	assert.equal(new URL(world.page.url()).pathname, wanted);
	await signOut(world.page);
}

// The number of the record with this document among the department's own: the
// lists follow the log a moment later.
async function isListed({ page, visitor }, document) {
	const listed = page.locator('#rows tr[data-record]',
	    { hasText: document });
	await visitor.go('/desk/records');
	for (let n = 0; n < 60 && !await listed.count(); n++)
		await visitor.go('/desk/records');
	return listed.getAttribute('data-record');
}

// Where the department's policy wants it: one asks, another looks and
// approves, and only then it is a record.
async function waitsForASecondPerson(world) {
	const { page, visitor, city } = world;
	const eco = ['--department', 'rizhao-ecology'];
	addAccount(city, 'asks', 'asks', ['operator', ...eco]);
	addAccount(city, 'decides', 'decides', ['reviewer', ...eco]);
	await signInAs(page, 'asks');
	const { texts, kind } = await penalty(world, 7);
	const row = { ...texts, CF_XDR_LB: kind, CF_CFLB: '罚款' };
	const bad = { ...row, CF_WSH: '示手罚〔2026〕8号', CF_JDRQ: '2026-02-30' };
	await visitor.go('/desk');
	await page.selectOption('#item', 'penalty');
	await page.setInputFiles('#file', { name: '待复核.csv',
		mimeType: 'text/csv', buffer: csvOf([row, bad]) });
	await page.locator('#upload button[type=submit]').click();
	await page.waitForURL(/\/desk\/submissions\/\d+$/);
	await page.locator('#state[data-state=in-review]').waitFor();
	assert.equal(await count(page, 'records'), '1');
	assert.ok((await page.innerText('#findings')).includes('2026-02-30'));
	await lookAt(world, 'desk-submission-waits');
	await page.click('#review a');
	await page.locator('#take-back').waitFor();
	assert.equal(await page.locator('#decide').count(), 0,
	    'nobody decides about his own');
	const review = new URL(page.url()).pathname;
	await signOut(page);
	await signInAs(page, 'decides');
	await visitor.go('/desk/reviews');
	await lookAt(world, 'desk-reviews');
	await page.click(`#rows a[href="${review}"]`);
	await page.locator('#rehearsal').waitFor();
	await lookAt(world, 'desk-review');
	await page.locator('#decide button[value=refuse]').click();
	assert.ok(await page.$eval('#note', e => e.matches(':invalid')),
	    'not to approve needs a reason, and the page says so');
	await page.fill('#note', '文书原件已核对');
	await page.locator('#decide button[value=approve]').click();
	await page.locator('#state[data-outcome=approved]').waitFor();
	assert.ok((await page.innerText('#state')).includes('文书原件已核对'));
	await page.click('main a[href^="/desk/submissions/"]');
	await page.locator('#state[data-state=taken-in]').waitFor();
	await isListed(world, texts.CF_WSH);
}

// Who is refused reads why and by whom, and finds what he entered in the form
// again; nobody else does.
async function asksAgain(world) {
	const { page, visitor, city } = world;
	const eco = ['--department', 'rizhao-ecology'];
	addAccount(city, 'asks-again', '经办人钱某', ['operator', ...eco]);
	addAccount(city, 'refuses', '复核人孙某', ['reviewer', ...eco]);
	addAccount(city, 'colleague', '同事李某', ['operator', ...eco]);
	await givePassword(page, 'asks-again');
	const secret = await setUpCode(page);
	await visitor.go('/desk/records/new?item=penalty');
	const row = await penalty(world, 9);
	await fill(page, row);
	await page.click('#send');
	await page.locator('#state[data-state=in-review]').waitFor();
	await page.click('#review a');
	await page.locator('#take-back').waitFor();
	const review = new URL(page.url()).pathname;
	assert.equal(await page.locator('#again').count(), 0);
	await signOut(page);

	await signInAs(page, 'refuses');
	await visitor.go(review);
	await page.locator('#rehearsal').waitFor();
	assert.ok((await page.innerText('dl.facts')).includes('经办人钱某'));
	await page.fill('#note', '违法事实过于笼统');
	await page.locator('#decide button[value=refuse]').click();
	await page.locator('#state[data-outcome=refused]').waitFor();
	assert.equal(await page.locator('#again').count(), 0,
	    'only who asked asks again');
	await signOut(page);

	await signInAs(page, 'colleague');
	await visitor.go(review);
	assert.equal(await page.locator('#again').count(), 0);
	const number = review.split('/').pop();
	const answer = await page.request.get('/desk/records/new?item=penalty' +
	    `&department=rizhao-ecology&again=${number}`);
	assert.equal(answer.status(), 404);
	await signOut(page);
	return { review, row, secret };
}

async function mendsWhatWasRefused(world) {
	const { page, visitor } = world;
	const { review, row, secret } = await asksAgain(world);
	await signInAgain(page, 'asks-again', secret);
	await visitor.go(review);
	const state = await page.innerText('#state');
	for (const part of ['违法事实过于笼统', '复核人孙某'])
		assert.ok(state.includes(part), state);
	await lookAt(world, 'desk-review-refused');
	await page.click('#again');
	await page.locator('#record-form').waitFor();
	for (const [name, value] of Object.entries(row.texts))
		assert.equal(await page.inputValue(`#x-${name}`), value ?? '');
	assert.ok(await page.isChecked('input[name=CF_CFLB][value="罚款"]'));
	await page.fill('#x-CF_SY', '白菜、猪肉未标明价格');
	await page.click('#send');
	await page.locator('#state[data-state=in-review]').waitFor();
}

// A record of its own: others' are amended and withdrawn meanwhile.
async function looksWell(world, login, number, wanted) {
	const { page, visitor, city, places } = world;
	await signIn(world, login, 'operator', 'reviewer');
	const { texts, kind } = await penalty(world, number);
	const path = join(city.folder, `${login}.csv`);
	writeFileSync(path, csvOf([{ ...texts, CF_XDR_LB: kind,
		CF_CFLB: '罚款' }]));
	const { counts } = JSON.parse(city.run('submit', '--data', city.data,
	    '--item', 'penalty', '--from', places.row.department.id,
	    '--json', path));
	assert.equal(counts.records, 1);
	const record = await isListed(world, texts.CF_WSH);
	await visitor.go('/desk/doubtful');
	const row = await page.locator('#rows tr[data-row]').first()
	    .getAttribute('data-row');
	for (const [name, path] of Object.entries({
		'desk-records': '/desk/records',
		'desk-record': `/desk/records/${record}`,
		'desk-new': '/desk/records/new?item=penalty',
		'desk-amend': `/desk/records/${record}/amend`,
		'desk-withdraw': `/desk/records/${record}/withdraw`,
		'desk-doubtful': '/desk/doubtful',
		'desk-doubtful-row': `/desk/doubtful/${row}`,
		'desk-quality': '/desk/quality',
	}).filter(([name]) => wanted.includes(name))) {
		await visitor.go(path);
		await lookAt(world, name);
	}
	if (!wanted.includes('desk-ended'))
		return;
	city.run('withdraw', '--data', city.data, '--from',
	    places.row.department.id, '--reason', '误操作', record);
	const offer = page.locator('#reinstate summary');
	for (let n = 0; n < 60 && !await offer.count(); n++)
		await visitor.go(`/desk/records/${record}`);
	await offer.click();
	await lookAt(world, 'desk-ended');
}

// How much of a file has gone is what has gone: on a slow line the bar stands
// somewhere between nothing and all, and moves.
async function showsProgress(world) {
	const { page, visitor } = world;
	await signIn(world, 'slow', 'operator');
	const { texts, kind } = await penalty(world, 9);
	const row = { ...texts, CF_XDR_LB: kind, CF_CFLB: '罚款' };
	// The same again and again: one record, as others look at this
	// organisation's page.
	const rows = Array(2000).fill(row);
	await visitor.go('/desk');
	await page.locator('.upload-progress').waitFor({ state: 'attached' });
	await page.selectOption('#item', 'penalty');
	await page.setInputFiles('#file', { name: '慢.csv',
		mimeType: 'text/csv', buffer: csvOf(rows) });
	const line = await page.context().newCDPSession(page);
	await line.send('Network.enable');
	await line.send('Network.emulateNetworkConditions', { offline: false,
		latency: 0, downloadThroughput: -1,
		uploadThroughput: 200 * 1024 });
	await page.locator('#upload button[type=submit]').click();
	const between = async above => (await page.waitForFunction(above => {
		const bar = document.querySelector('.upload-progress progress');

		return bar.hasAttribute('value') && bar.value > above &&
		    bar.value < 1 && [bar.value, bar.parentNode.innerText];
	}, above, { polling: 20 })).jsonValue();
	const [first, words] = await between(0);
	assert.ok(words.includes(`${Math.floor(100 * first)}%`), words);
	const [second] = await between(first);
	assert.ok(0 < first && first < second && second < 1,
	    `${first}, then ${second}`);
	await line.send('Network.emulateNetworkConditions', { offline: false,
		latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
	await page.locator('#state[data-state=taken-in]').waitFor();
	assert.equal(await count(page, 'records'), '1');
}

// Of several files that are dropped none goes, and the page says so; coming
// back to it, one sends the next.
async function sendsOneByOne(world) {
	const { page, visitor } = world;
	await signIn(world, 'several', 'operator');
	const { texts, kind } = await penalty(world, 12);
	const text = csvOf([{ ...texts, CF_XDR_LB: kind, CF_CFLB: '罚款' }]);
	const drop = async names => page.dispatchEvent('#upload', 'drop', {
		dataTransfer: await page.evaluateHandle(([text, names]) => {
			const transfer = new DataTransfer();
			for (const name of names)
				transfer.items.add(new File([text], name,
				    { type: 'text/csv' }));
			return transfer;
		}, [text.toString(), names]) });
	const chosen = () => page.$eval('#file',
	    f => [...f.files].map(f => f.name).join());
	await visitor.go('/desk');
	await page.locator('.upload-progress').waitFor({ state: 'attached' });
	await page.selectOption('#item', 'penalty');
	await drop(['甲.csv', '乙.csv']);
	assert.equal(await chosen(), '');
	await page.locator('.upload-progress', { hasText: '一次' }).waitFor();
	await drop(['甲.csv']);
	assert.equal(await chosen(), '甲.csv');
	await page.locator('.upload-progress').waitFor({ state: 'hidden' });
	await page.locator('#upload button[type=submit]').click();
	await page.waitForURL(/\/desk\/submissions\/\d+$/);
	await page.goBack();
	await page.selectOption('#item', 'penalty');
	await drop(['乙.csv']);
	await page.locator('#upload button[type=submit]').click();
	await page.waitForURL(/\/desk\/submissions\/\d+$/);
	await page.locator('#state[data-state=taken-in]').waitFor();
}

export const tests = () => [
	{ name: 'an operator drops several files and sends one by one',
		options: {}, body: sendsOneByOne },
	{ name: 'an operator enters a record and is told at each field',
		options: {}, body: entersWithLiveChecks },
	{ name: 'an operator enters a licence and finds it',
		options: {}, body: entersLicence },
	{ name: 'without scripts a record is entered, corrected, withdrawn, reinstated',
		options: { javaScript: false }, body: worksWithoutScripts },
	{ name: 'an operator sends a file, mends what was refused, drops it',
		options: {}, body: sendsFiles },
	{ name: 'how much of a file has gone is shown',
		options: {}, body: showsProgress },
	{ name: 'a file whose answer is lost is sent again and taken in once',
		options: {}, body: losesTheAnswer },
	{ name: 'a file with nothing in it is told by its own name',
		options: { isErrorExpected: true }, body: sendsNothing },
	{ name: 'from a report to its doubtful rows', options: {},
		body: findsDoubtful },
	{ name: 'each role begins where its work is',
		options: { isErrorExpected: true }, body: beginsAtWork },
	{ name: 'a file waits until a second person has approved it',
		options: {}, body: waitsForASecondPerson },
	{ name: 'what was not approved is mended and asked again',
		options: {}, body: mendsWhatWasRefused },
	{ name: 'a doubtful row is rejected, and that is undone',
		options: { isErrorExpected: true }, body: decidesDoubtful },
	{ name: 'records of the desk: axe finds nothing, light, dark, phone, wide',
		options: {}, body: world => looksWell(world, 'looks-1', 21,
		    ['desk-records', 'desk-record', 'desk-withdraw',
			'desk-quality', 'desk-ended']) },
	{ name: 'forms of the desk: axe finds nothing, light, dark, phone, wide',
		options: {}, body: world => looksWell(world, 'looks-2', 22,
		    ['desk-new', 'desk-amend', 'desk-doubtful',
			'desk-doubtful-row']) },
];
