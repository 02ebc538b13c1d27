// SPDX-License-Identifier: Apache-2.0
// The frame with an organisation's public status, on a page of another site:
// one that site.yaml names, and one that it does not. And what the scripts of
// any site may read.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { lookAt } from './looks.mjs';
import { picture } from './visitor.mjs';

// A site of somebody else, whose page has what `?src=` says in a frame.
export class Partner {
	static open() {
		const p = new Partner();
		p.server = createServer((request, response) => {
			const src = new URL(request.url, 'http://x')
			    .searchParams.get('src') ?? '';
			response.setHeader('content-type',
			    'text/html; charset=utf-8');
			response.end('<!doctype html><html lang="zh"><title>' +
			    'partner</title><body style="margin:2rem;' +
			    'font-family:sans-serif"><h1>合作单位</h1>' +
			    `<iframe src="${src}" title="x" loading="lazy" ` +
			    'width="100%" height="420" style="border:0">' +
			    '</iframe>');
		});
		return new Promise(resolve => p.server.listen(0, '127.0.0.1',
		    () => {
			    p.url = `http://127.0.0.1:${
				p.server.address().port}`;
			    resolve(p);
		    }));
	}

	close() {
		this.server.close();
	}
}

// What stands in that frame on a page of the partner's; null: it was refused.
async function framed({ browser, city, screenshots }, partner, path, name) {
	const context = await browser.newContext({ locale: 'zh-CN' });
	try {
		const page = await context.newPage();
		await page.goto(`${partner.url}/?src=` +
		    encodeURIComponent(city.url + path));
		await page.waitForLoadState('networkidle');
		await picture(page, screenshots, name);
		const frame = page.frames()[1];
		return frame.url().startsWith(city.url)
		    ? await frame.content() : null;
	} finally {
		await context.close();
	}
}

// Somebody on a list whose entries are published.
async function findListed(city) {
	const lists = await city.json('/lists');
	for (const { href } of lists.groups.flatMap(g => g.items)
	    .filter(i => i.count > 0)) {
		const { rows } = await city.json(href);
		if (rows?.length)
			return rows[0].code;
	}
	throw new Error('nobody is on a list');
}

async function saysWhatThePageSays({ city }) {
	const code = await findListed(city);
	const whole = await city.json(`/subjects/${code}`);
	const brief = await city.json(`/embed/subjects/${code}`);
	const known = new Map(whole.groups.flatMap(g => g.records)
	    .map(r => [r.href, r]));
	assert.ok(brief.has_lists, 'on a list');
	for (const row of [...brief.lists, ...brief.honours]) {
		const record = known.get(row.href);
		assert.ok(record, `${row.href} is on the page`);
		assert.equal(row.until, record.publication.until);
		assert.equal(row.since, record.decided_on);
	}
}

async function looksGood(world) {
	const { visitor, city } = world;
	await visitor.go(`/embed/subjects/${await findListed(city)}`);
	await lookAt(world, 'embed');
}

async function failsPolitely(world) {
	const { visitor, places } = world;
	const answer = await visitor.go(`/embed/subjects/${places.wrongCode}`);
	assert.ok(answer.status() >= 400);
	await lookAt(world, 'embed-error');
}

async function namedMayFrame(world) {
	const code = await findListed(world.city);
	const content = await framed(world, world.partner,
	    `/embed/subjects/${code}?lang=zh`, 'embed-in-named');
	assert.ok(content?.includes(code), 'the frame is there');
}

async function othersMayNot(world) {
	const code = await findListed(world.city);
	assert.equal(await framed(world, world.stranger,
	    `/embed/subjects/${code}`, 'embed-in-stranger'), null);
	for (const path of [`/subjects/${code}`, '/', '/sign-in'])
		assert.equal(await framed(world, world.partner, path,
		    'embed-other-page'), null, path);
}

// Anybody's script asks, keeps the tag and asks again with it.
async function scriptsOfOthersRead({ browser, city, stranger }) {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		await page.goto(stranger.url);
		const told = await page.evaluate(async address => {
			const first = await fetch(address);
			const tag = first.headers.get('etag');
			const again = await fetch(address,
			    { headers: { 'If-None-Match': tag } });
			return { tag, status: again.status,
				file: first.headers.get('content-disposition') };
		}, `${city.url}/quality.csv`);
		assert.match(told.tag, /^(W\/)?"/);
		assert.equal(told.status, 304);
		assert.match(told.file, /quality.*csv/);
	} finally {
		await context.close();
	}
}

export function tests() {
	const one = (name, body, options = {}) => ({ name, body, options });
	return [
		one('the frame says what the page says', saysWhatThePageSays),
		one('the frame: axe finds nothing', looksGood),
		one('the frame of a wrong code: axe finds nothing',
		    failsPolitely, { isErrorExpected: true }),
		one('a site that is named shows the frame', namedMayFrame),
		one('others get no frame, and nobody of another page', othersMayNot),
		one('scripts of any site read documents and their headers',
		    scriptsOfOthersRead),
	];
}
