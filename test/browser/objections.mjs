// SPDX-License-Identifier: Apache-2.0
// An objection from its filing to the corrected record, and one that is
// rejected and reviewed, by the pages of all three sides; and how they look.
import assert from 'node:assert/strict';

import { fill, penalty } from './desk.mjs';
import { chineseLeft, lookAt } from './looks.mjs';
import { addAccount, signIn } from './people.mjs';
import { Visitor } from './visitor.mjs';

// A number that no other test has used for an account.
let count = 0;

// A visitor of its own for each person that is named of rep, first, second and
// source, as a world of its own. A second factor is set up once.
async function people(world, ...names) {
	const { browser, city, places } = world;
	const n = ++count;
	const grants = {
		rep: [['representative', '--organisation', places.code]],
		first: [['credit-office']],
		second: [['credit-office']],
		source: ['operator', 'reviewer'].map(role =>
		    [role, '--department', places.row.department.id]),
	};
	const sides = {};
	for (const who of names) {
		const login = `${who}-of-objection-${n}`;
		const visitor = await Visitor.open(browser, city,
		    { isErrorExpected: true });
		addAccount(city, login, `${who}-${n}`, ...grants[who]);
		sides[who] = { ...world, visitor, page: visitor.page, login, n };
		if (who !== 'rep')
			await signIn(visitor.page, login);
	}
	return sides;
}

async function leave(sides) {
	for (const side of Object.values(sides))
		assert.deepEqual(await side.visitor.close(), []);
}

// A fresh penalty of the city's own organisation: its number in the log.
// Nobody else objects to it or corrects it.
async function ownPenalty(source) {
	const { page, n } = source;
	const { texts, kind } = await penalty(source, 100 + n);
	await page.goto('/desk/records/new?item=penalty');
	await fill(page, { kind, texts: { ...texts,
		CF_NR: '罚款十万元', CF_NR_FK: '10' } });
	await page.click('#send');
	await page.waitForURL(/\/desk\/records\/\d+$/);
	return Number(page.url().match(/\d+$/)[0]);
}

// Opens the case from the list of its side.
async function opens({ page, visitor }, number) {
	await visitor.go('/cases');
	await page.locator(`#rows tr[data-case="${number}"] a`).first().click();
	await page.locator('#state').waitFor();
}

// One move, by keyboard alone: open it, write, send.
async function move({ page }, name, text = '') {
	const fold = page.locator(`details[data-move=${name}] > summary`);
	const before = await page.locator('#steps > li').count();
	if (await fold.count()) {
		await fold.focus();
		await page.keyboard.press('Enter');
	}
	if (text) {
		await page.locator(`#text-${name}`).focus();
		await page.keyboard.type(text);
	}
	await page.locator(`#move-${name} button`).focus();
	await page.keyboard.press('Enter');
	await page.locator(`#steps > li[data-step="${before + 1}"]`).waitFor();
}

const state = ({ page }) => page.getAttribute('#state', 'data-state');

// Follows a link to the form without being signed in, signs in, files.
async function files({ page, login }, record, text) {
	await page.goto(`/records/${record}/objection`);
	await page.fill('#login', login);
	await page.fill('#password', 'correct horse battery');
	await page.keyboard.press('Enter');
	await page.locator('#objection').waitFor();
	assert.ok((await page.innerText('#expect')).includes('个工作日'));
	assert.ok((await page.innerText('#record')).includes('罚款'));
	await page.locator('#text').focus();
	await page.keyboard.type(text);
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/cases\/\d+/);
	return Number(new URL(page.url()).pathname.match(/\d+/)[0]);
}

async function isInEnglish({ page, visitor }, number) {
	await visitor.go(`/language?to=en&back=${
		encodeURIComponent(`/cases/${number}`)}`);
	assert.deepEqual(await chineseLeft(page), []);
}

async function corrected(world) {
	const sides = await people(world, 'rep', 'first', 'source');
	const { rep, first, source } = sides;
	const record = await ownPenalty(source);
	const number = await files(rep, record,
	    '罚款金额与决定书不一致，应为五万元。');
	assert.equal(await state(rep), 'filed');
	await lookAt(rep, 'case-filed');
	await rep.visitor.go(`/records/${record}/objection`);
	assert.ok(await rep.page.locator('#closed').isVisible());
	await rep.visitor.go('/cases');
	await lookAt(rep, 'cases-organisation');

	await opens(first, number);
	await move(first, 'accept');
	await move(first, 'forward');
	assert.equal(await state(first), 'forwarded');
	await first.visitor.go('/cases');
	await lookAt(first, 'cases-office');

	await opens(source, number);
	await source.page.locator('details[data-move=say-wrong] > summary')
	    .click();
	await lookAt(source, 'case-asked');
	await source.page.emulateMedia({ media: 'print' });
	assert.ok(!await source.page.locator('#moves').isVisible(),
	    'what can be done is printed, and cannot be done on paper');
	await source.page.emulateMedia({ media: 'screen' });
	await source.page.reload();
	await move(source, 'say-wrong', '录入时多写了一位。');
	await opens(first, number);
	await move(first, 'uphold', '与决定书不一致。');
	assert.ok(await first.page.locator('#mend').isVisible());

	await opens(source, number);
	await lookAt(source, 'case-upheld');
	await source.page.click('#amend');
	await source.page.fill('#x-CF_NR', '罚款五万元');
	await source.page.fill('#x-CF_NR_FK', '5');
	await source.page.click('#send');
	await source.page.waitForURL(u =>
	    /\/desk\/records\/\d+$/.test(u.pathname) &&
	    !u.pathname.endsWith(`/${record}`));
	await opens(source, number);
	await move(source, 'correct');
	assert.equal(await state(source), 'corrected');
	await rep.visitor.go(`/cases/${number}`);
	assert.equal(await state(rep), 'corrected');
	await lookAt(rep, 'case-corrected');
	await isInEnglish(rep, number);
	await leave(sides);
}

async function reviewed(world) {
	const sides = await people(world, 'rep', 'first', 'second', 'source');
	const { rep, first, second, source } = sides;
	const record = await ownPenalty(source);
	const number = await files(rep, record, '本单位未受该处罚。');
	await opens(first, number);
	await move(first, 'accept');
	await move(first, 'forward');
	await opens(source, number);
	await move(source, 'say-right', '决定书已送达。');
	await opens(first, number);
	await move(first, 'reject', '与决定书一致。');
	assert.equal(await state(first), 'rejected');
	await rep.visitor.go(`/cases/${number}`);
	await lookAt(rep, 'case-rejected');
	await move(rep, 'ask-review', '附送达回证，收件人不是本单位。');
	await opens(first, number);
	assert.equal(await first.page.locator('#move-uphold-review').count(), 0,
	    'who decided first is not offered the review');
	await opens(second, number);
	// A page that is overtaken keeps what was typed, and decides nothing.
	const stale = await second.page.context().newPage();
	await stale.goto(second.page.url());
	await stale.locator('details[data-move=take-back] > summary').click();
	await stale.fill('#letter-take-back', '收文〔2026〕9号');
	await stale.fill('#text-take-back', '来函撤回。');
	await move(second, 'reject-review', '维持原结论。');
	assert.equal(await state(second), 'rejected');
	await stale.click('#move-take-back button');
	await stale.locator('#problem').waitFor();
	assert.equal(await state({ page: stale }), 'rejected');
	assert.equal(await stale.innerText('#written'), '来函撤回。');
	await lookAt({ ...second, page: stale }, 'case-overtaken');
	await stale.close();
	await leave(sides);
}

async function formLooks(world) {
	const sides = await people(world, 'rep', 'first', 'source');
	const { rep, first, source } = sides;
	const record = await ownPenalty(source);
	await signIn(rep.page, rep.login);
	await rep.visitor.go(`/records/${record}/objection`);
	await lookAt(rep, 'objection');
	await first.visitor.go(`/records/${record}/objection`);
	await lookAt(first, 'objection-letter');
	await first.page.fill('#letter', '收文〔2026〕7号');
	await first.page.fill('#text', '当事人证件371102198503030033有误。');
	await first.page.locator('#objection button[type=submit]').click();
	await first.page.locator('#problem').waitFor();
	assert.equal(await first.page.inputValue('#letter'), '收文〔2026〕7号');
	await lookAt(first, 'objection-refused');
	await leave(sides);
}

export const tests = () => [
	{ name: 'objection: filed, forwarded, upheld, corrected',
		options: {}, body: corrected },
	{ name: 'objection: rejected, and reviewed by another person',
		options: {}, body: reviewed },
	{ name: 'objection: the form, also of the office, and what it refuses',
		options: {}, body: formLooks },
];
