// SPDX-License-Identifier: Apache-2.0
// Accounts of the city, and how somebody signs in with one in the browser.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';

const PASSWORD = 'correct horse battery';

// The code of the second factor (RFC 6238) of a secret as a page shows it;
// each is good once, and that of the next 30 seconds is good already.
function codeOf(secret, later = 0) {
	const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	const bits = [...secret.replaceAll(' ', '')].map(c =>
	    letters.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)));
	const count = Buffer.alloc(8);
	count.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + later));
	const mac = createHmac('sha1', key).update(count).digest();
	const at = mac[19] & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000)
	    .padStart(6, '0');
}

// gongxin user WORDS, on the city's data.
export function user(city, words, input = '') {
	return execFileSync(city.program, ['user', words[0], '--data',
		city.data, ...words.slice(1)],
	{ input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

// A new account; grants: [role, '--department', ID] and so on.
export function addAccount(city, login, name, ...grants) {
	user(city, ['add', login, '--name', name, '--final'], PASSWORD);
	for (const grant of grants)
		user(city, ['grant', login, ...grant]);
}

// Name and password, by keyboard.
export async function givePassword(page, login) {
	await page.goto('/sign-in');
	await page.locator('#login').focus();
	await page.keyboard.type(login);
	await page.keyboard.press('Tab');
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await page.waitForURL(u => u.pathname !== '/sign-in');
}

// The second factor that an official has to set up first; its secret.
export async function setUpCode(page) {
	await page.waitForURL('**/account/code*');
	const secret = await page.locator('#secret').innerText();
	await page.locator('#code').focus();
	await page.keyboard.type(codeOf(secret));
	await page.keyboard.press('Enter');
	await page.waitForURL(u => !u.pathname.startsWith('/account/code'));
	return secret;
}

export async function signIn(page, login) {
	await givePassword(page, login);
	if (new URL(page.url()).pathname === '/account/code')
		await setUpCode(page);
}

// An official who was here before gives another code of his secret.
export async function signInAgain(page, login, secret) {
	await givePassword(page, login);
	await page.waitForURL('**/sign-in/code*');
	await page.fill('#code', codeOf(secret, 1));
	await page.keyboard.press('Enter');
	await page.waitForURL(u => !u.pathname.startsWith('/sign-in'));
}

export async function signOut(page) {
	await page.locator('#own-nav form button').click();
	await page.waitForLoadState();
}
