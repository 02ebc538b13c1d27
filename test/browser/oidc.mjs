// SPDX-License-Identifier: Apache-2.0
// Signing in by the city's identity provider, Debian's glewlwyd with its own
// login page: somebody whom the site does not know yet, then linked, with the
// site's second factor; and back where he wanted to go.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { City } from './city.mjs';
import { lookAt } from './looks.mjs';
import { addAccount, setUpCode, signOut, user } from './people.mjs';

const THERE = 'a password of the provider';

// {issuer, client, secret, process}
async function startProvider(city) {
	const script = join(dirname(fileURLToPath(import.meta.url)),
	    'provider.py');
	const child = spawn('python3', [script, join(city.folder, 'provider'),
		`${city.url}/sign-in/oidc/callback`, 'wang', THERE],
	{ stdio: ['pipe', 'pipe', 'inherit'] });
	for await (const line of createInterface(child.stdout))
		return { ...JSON.parse(line), process: child };
	throw new Error('the provider did not start');
}

async function endProvider({ process: child }) {
	const ended = new Promise(r => child.once('exit', r));
	child.stdin.end();
	await ended;
}

function configure(city, { issuer, client, secret }) {
	writeFileSync(join(city.data, 'site.yaml'),
	    `sign_in:\n  issuer: ${issuer}\n  client_id: ${client}\n` +
	    '  name: {zh: 市统一认证, en: City identity}\n');
	writeFileSync(join(city.data, 'keys', 'oidc.secret'), `${secret}\n`,
	    { mode: 0o600 });
}

// The provider's page: name and password, then consent.
async function signInThere(page) {
	await page.locator('#password').waitFor();
	await page.fill('#username', 'wang');
	await page.fill('#password', THERE);
	await page.keyboard.press('Enter');
	await page.locator('.btn-success').click();
}

async function day(world, city) {
	const { page } = world;
	addAccount(city, 'wang', '窗口王某',
	    ['clerk', '--department', 'rizhao-finance']);
	await page.goto(`${city.url}/check`);
	await lookAt(world, 'sign-in-provider');
	assert.ok((await page.innerText('#provider')).includes('市统一认证'));
	await page.locator('#provider').focus();
	await page.keyboard.press('Enter');
	await signInThere(page);
	await page.locator('#error[data-status="403"]').waitFor();
	const [, subject] = (await page.innerText('#error'))
	    .match(/[“"]([!-~]+)[”"]/);
	await lookAt(world, 'sign-in-unlinked');
	user(city, ['link', 'wang', subject]);

	// The provider knows him by now, and asks nothing but consent.
	await page.goto(`${city.url}/check`);
	await page.locator('#provider').click();
	await page.waitForURL(/login\.html|account\/code/);
	if (page.url().includes('login.html'))
		await page.locator('.btn-success').click();
	await setUpCode(page);
	assert.equal(new URL(page.url()).pathname, '/check');
	assert.equal(await page.innerText('.own-name'), '窗口王某');
	await signOut(page);
	await page.goto(`${city.url}/check`);
	assert.equal(new URL(page.url()).pathname, '/sign-in');
}

async function signsIn(world) {
	const own = new City(world.city.program);
	let provider = null;
	try {
		own.makeEmpty();
		await own.settleAddress();
		provider = await startProvider(own);
		configure(own, provider);
		await own.serve();
		for (const url of [own.url, provider.issuer])
			world.visitor.others.add(new URL(url).origin);
		await day(world, own);
	} finally {
		if (provider)
			await endProvider(provider);
		await own.stop();
	}
}

export const tests = () => [
	{ name: 'somebody signs in by the identity provider\'s own page',
		options: { isErrorExpected: true }, body: signsIn },
];
