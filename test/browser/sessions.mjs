// SPDX-License-Identifier: Apache-2.0
// A session that ends while somebody writes: what was typed stays where it
// is, goes when the same person has signed in again, and never under another
// name.
import assert from 'node:assert/strict';

import { fill, penalty } from './desk.mjs';
import { lookAt } from './looks.mjs';
import { addAccount, givePassword, setUpCode, signIn, signInAgain,
	signOut } from './people.mjs';

// In another tab of the same browser.
async function elsewhere(page, body) {
	const tab = await page.context().newPage();
	await tab.goto('/account');
	await body(tab);
	await tab.close();
}

// Presses, and is told why nothing went.
async function isKept(page, button, state) {
	const told = page.locator('.not-sent');
	await page.locator(button).click();
	await page.locator(`.not-sent[data-state=${state}]`).waitFor();
	assert.equal(await told.count(), 1);
	return told.innerText();
}

async function recordIsKept(world) {
	const { page, visitor, city, places } = world;
	addAccount(city, 'interrupted', '被打断的人', ['operator',
		'--department', places.row.department.id]);
	addAccount(city, 'neighbour', '同桌', ['operator', '--department',
		places.row.department.id]);
	await givePassword(page, 'interrupted');
	const secret = await setUpCode(page);
	await visitor.go('/desk/records/new?item=penalty');
	const row = await penalty(world, 900);
	await fill(page, row);
	await elsewhere(page, signOut);
	const told = await isKept(page, '#send', 'ended');
	assert.ok(told.includes('仍在本页'), told);
	assert.equal(await page.inputValue('#x-CF_WSH'), row.texts.CF_WSH);
	await lookAt(world, 'not-sent');
	await elsewhere(page, tab => signIn(tab, 'neighbour'));
	const other = await isKept(page, '#send', 'other');
	assert.ok(other.includes('被打断的人'), other);
	await elsewhere(page, async tab => {
		await signOut(tab);
		await signInAgain(tab, 'interrupted', secret);
	});
	await page.click('#send');
	await page.waitForURL(/\/desk\/records\/\d+$/);
	assert.ok((await page.innerText('main')).includes(row.texts.CF_WSH));
}

async function objectionIsKept(world) {
	const { page, visitor, city, places } = world;
	addAccount(city, 'cut-off', 'cut-off', ['representative',
		'--organisation', places.code]);
	await signIn(page, 'cut-off');
	await visitor.go(`/records/${places.record}/objection`);
	const text = '所列金额与决定书不一致，应为五万元。';
	await page.fill('#text', text);
	await elsewhere(page, signOut);
	await isKept(page, '#objection button[type=submit]', 'ended');
	assert.equal(await page.inputValue('#text'), text);
	await elsewhere(page, tab => signIn(tab, 'cut-off'));
	await page.locator('#objection button[type=submit]').click();
	await page.waitForURL(/\/cases\/\d+/);
	assert.ok((await page.innerText('main')).includes(text));
	await page.locator('details[data-move=take-back] > summary').click();
	await page.locator('#move-take-back button').click();
	await page.locator('#state[data-state=taken-back]').waitFor();
}

// Also where the site does not answer at all.
async function decisionIsKept(world) {
	const { page, visitor, city, places } = world;
	addAccount(city, 'window-9', '窗口卫', ['clerk', '--department',
		'rizhao-finance']);
	await givePassword(page, 'window-9');
	const secret = await setUpCode(page);
	await visitor.go('/check');
	await page.fill('#code', places.code);
	await page.selectOption('#matter', 'government-procurement');
	await page.fill('#purpose', '投标资格审查');
	await page.fill('#case', '日采2026-99');
	await page.locator('#check button').click();
	await page.locator('#decide').waitFor();
	await page.check('#decide [value=not-applied]');
	await page.fill('#reason', '已当场缴清，附凭证。');
	await elsewhere(page, signOut);
	await isKept(page, '#decide button', 'ended');
	await page.context().route('**/account/session', r =>
	    r.fulfill({ status: 429, body: '' }));
	await isKept(page, '#decide button', 'busy');
	await page.context().unroute('**/account/session');
	assert.equal(await page.inputValue('#reason'), '已当场缴清，附凭证。');
	await elsewhere(page, tab => signInAgain(tab, 'window-9', secret));
	await page.locator('#decide button').click();
	await page.locator('#decisions').waitFor();
	assert.ok((await page.innerText('#decisions')).includes('已当场缴清'));
}

// Whoever waits for a line that has gone dead is told; a browser that cannot
// send a form anew sends it at once.
async function nothingHangs(world) {
	const { page, visitor, city, places } = world;
	addAccount(city, 'dead-line', 'dead-line', ['representative',
		'--organisation', places.code]);
	await signIn(page, 'dead-line');
	await visitor.go(`/records/${places.record}/objection`);
	const text = '所列日期与决定书不一致。';
	await page.fill('#text', text);
	await page.context().route('**/account/session', () => {});
	await isKept(page, '#objection button[type=submit]', 'busy');
	await page.context().unroute('**/account/session');
	assert.equal(await page.inputValue('#text'), text);
	await page.addInitScript(() => {
		delete HTMLFormElement.prototype.requestSubmit;
	});
	await visitor.go(`/records/${places.record}/objection`);
	await page.fill('#text', text);
	await page.locator('#objection button[type=submit]').click();
	await page.waitForURL(/\/cases\/\d+/);
	await page.locator('details[data-move=take-back] > summary').click();
	await page.locator('#move-take-back button').click();
	await page.locator('#state[data-state=taken-back]').waitFor();
}

// As where scripts do not run, but those of the tests.
const withoutScript = page => page.context().route(/\/session\.\w+\.js$/,
    r => r.fulfill({ contentType: 'text/javascript', body: '' }));

// The page that a form without scripts leads to when its session has ended:
// what was written, to be copied.
async function isShown(page, button, texts) {
	await page.locator(button).click();
	await page.locator('#error[data-status="401"] #sent').waitFor();
	const shown = await page.locator('#words .form-control').evaluateAll(
	    all => all.map(e => [e.value, e.readOnly]));
	for (const text of texts)
		assert.deepEqual(shown.find(s => s[0] === text), [text, true]);
	assert.equal(await page.getAttribute('#sign-in-again', 'target'),
	    '_blank');
}

// Signed in again, it is shown once more, and goes at the next press.
async function comesAgain(page, signInThere) {
	await elsewhere(page, signInThere);
	await page.locator('#words button').click();
	await page.locator('#error[data-status="403"] #sent').waitFor();
	assert.equal(await page.locator('#words [readonly]').count(), 0);
}

async function questionIsShown(world) {
	const { page, visitor, city, places } = world;
	const text = '我单位没有参加过这次采购，请说明为何查询，由谁决定，查询的结果又用在了哪里。';
	city.run('check', '--data', city.data, '--matter', 'other',
	    '--purpose', '年度资格复核', '--case', '中断2026-1', '--from',
	    'rizhao-tax', places.code);
	addAccount(city, 'scriptless', 'scriptless', ['representative',
		'--organisation', places.code]);
	await signIn(page, 'scriptless');
	await visitor.go('/uses');
	const row = page.locator('[data-use]')
	    .filter({ hasText: '中断2026-1' });
	await row.locator('summary').click();
	await row.locator('[name=text]').fill(text);
	await elsewhere(page, signOut);
	await isShown(page, `[data-use="${
		await row.getAttribute('data-use')}"] button`, [text]);
	await comesAgain(page, tab => signIn(tab, 'scriptless'));
	await page.locator('#words button').click();
	await page.waitForURL(/\/uses\?/);
	assert.ok((await page.innerText('#uses')).includes(text));
}

async function recordIsShown(world) {
	const { page, visitor, city, places } = world;
	addAccount(city, 'plain-desk', '无脚本的人', ['operator',
		'--department', places.row.department.id]);
	await withoutScript(page);
	await givePassword(page, 'plain-desk');
	const secret = await setUpCode(page);
	await visitor.go('/desk/records/new?item=penalty');
	const row = await penalty(world, 901);
	await fill(page, row);
	await elsewhere(page, signOut);
	await isShown(page, '#send', [row.texts.CF_WSH]);
	await lookAt(world, 'words-ended');
	await comesAgain(page, tab => signInAgain(tab, 'plain-desk', secret));
	await lookAt(world, 'words-again');
	await page.locator('#words button').click();
	await page.waitForURL(/\/desk\/records\/\d+$/);
	assert.ok((await page.innerText('main')).includes(row.texts.CF_WSH));
}

// Neither the name nor the password is said to be the wrong one; the name
// stays.
async function wrongPassword(world) {
	const { page, visitor, city } = world;
	addAccount(city, 'forgetful', '健忘的人');
	const told = [];
	for (const login of ['forgetful', 'nobody-at-all']) {
		await visitor.go('/sign-in');
		await page.fill('#login', login);
		await page.fill('#password', 'not the password');
		await page.locator('#sign-in button').click();
		await page.locator('#problem').waitFor();
		told.push(await page.innerText('#problem'));
		assert.equal(await page.inputValue('#login'), login);
		assert.equal(await page.inputValue('#password'), '');
	}
	assert.ok(told[0].length > 5 && told[0] === told[1], told.join('|'));
	await lookAt(world, 'sign-in-refused');
}

export const tests = () => [
	{ name: 'who gives a wrong password is told so, on the form',
		options: { isErrorExpected: true }, body: wrongPassword },
	{ name: 'a session ends: a record by hand is kept, for its writer alone',
		options: { isErrorExpected: true }, body: recordIsKept },
	{ name: 'a session ends: an objection is kept, and filed',
		options: { isErrorExpected: true }, body: objectionIsKept },
	{ name: 'a session ends: a decision is kept, and recorded',
		options: { isErrorExpected: true }, body: decisionIsKept },
	{ name: 'a dead line and an old browser: a form is kept, or goes',
		options: {}, body: nothingHangs },
	{ name: 'a session ends, without scripts: a question is shown, and goes',
		options: { isErrorExpected: true, javaScript: false },
		body: questionIsShown },
	{ name: 'a session ends, without scripts: a record is shown, and goes',
		options: { isErrorExpected: true }, body: recordIsShown },
];
