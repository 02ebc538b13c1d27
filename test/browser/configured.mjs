// SPDX-License-Identifier: Apache-2.0
// A site that the city made its own: name, emblem and colour on every page,
// in the charts too, in light and in dark.
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { City } from './city.mjs';
import { lookAt } from './looks.mjs';

const NAME = '信用示例';
const COLOUR = '#7a1f2b';
const EMBLEM = '<svg xmlns="http://www.w3.org/2000/svg" width="77" ' +
    'height="77"><circle cx="38" cy="38" r="30" fill="#7a1f2b"/></svg>';

function configure(city) {
	writeFileSync(join(city.data, 'own.svg'), EMBLEM);
	appendFileSync(join(city.data, 'site.yaml'),
	    `name: {zh: ${NAME}, en: Credit of Examples}\n` +
	    `emblem: own.svg\ncolour: "${COLOUR}"\n`);
}

// How a colour of the style sheet comes out, whatever it is mixed of.
const shown = (page, colour) => page.evaluate(value => {
	const canvas = document.createElement('canvas').getContext('2d');
	canvas.fillStyle = value;
	canvas.fillRect(0, 0, 1, 1);
	return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}, colour);

// The colours of the first chart on the page, as it was drawn.
async function chartColours(page) {
	const figure = page.locator('figure[data-chart]').first();
	await figure.evaluate(f => f.nextElementSibling.scrollIntoView());
	await page.locator('figure[data-drawn] canvas').first()
	    .waitFor({ state: 'attached' });
	return page.evaluate(() => globalThis.echarts.getInstanceByDom(
	    document.querySelector('figure[data-drawn] > div'))
	    .getOption().color);
}

// The chart's first colour is that of links, which the style sheet makes of
// the city's.
async function chartHasTheColour(page) {
	const [first, ...others] = await chartColours(page);
	const link = await page.locator('main a').first().evaluate(
	    e => getComputedStyle(e).color);
	assert.deepEqual(await shown(page, first), await shown(page, link));
	assert.equal(others.length, 3);
	return first;
}

async function looksOwn(world, city) {
	const { page } = world;
	await page.goto(`${city.url}/quality`);
	assert.ok((await page.title()).endsWith(NAME));
	assert.equal(await page.locator('.site-name').innerText(), NAME);
	assert.equal(await page.locator('.site-header-bar img').first()
	    .evaluate(i => i.naturalWidth), 77);
	const nav = await page.locator('.site-nav').evaluate(
	    e => getComputedStyle(e).backgroundColor);
	assert.equal(nav, 'rgb(122, 31, 43)');
	assert.equal(await chartHasTheColour(page), 'rgb(122, 31, 43)');
	// The night comes while the page is open.
	await page.emulateMedia({ colorScheme: 'dark' });
	assert.notEqual(await chartHasTheColour(page), 'rgb(122, 31, 43)');
	await page.emulateMedia({ colorScheme: 'light' });
	await lookAt(world, 'configured');
}

async function serveOwn(world) {
	const own = new City(world.city.program);
	try {
		own.make(200, 2000);
		configure(own);
		await own.serve();
		world.visitor.others.add(new URL(own.url).origin);
		await looksOwn(world, own);
	} finally {
		await own.stop();
	}
}

export const tests = () => [
	{ name: 'a city\'s own name, emblem and colour are everywhere',
		options: {}, body: serveOwn },
];
