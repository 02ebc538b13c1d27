// SPDX-License-Identifier: Apache-2.0
// A record that is objected to, as the public sees it: in a city of a province
// whose law marks it, and in one where no law does. And the way from a record
// to the form.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { City } from './city.mjs';
import { lookAt } from './looks.mjs';

const CODE = '91371102MA3EXAMP7A';
const DAY_MS = 86400000;

const daysAgo = n => new Date(Date.now() - n * DAY_MS).toISOString()
    .slice(0, 10);

// Two penalties of one organisation; the first is objected to.
function fill(city, id) {
	const heads = 'CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_WSH,CF_WFXW,CF_SY,' +
	    'CF_YJ,CF_CFLB,CF_NR,CF_NR_FK,CF_JDRQ,CF_YXQ,CF_CFJG,CF_CFJGDM,' +
	    'CF_SJLY,CF_SJLYDM';
	const row = n => `示例市某某商贸有限公司,法人及非法人组织,${CODE},` +
	    `示市监罚〔2026〕${n}号,销售过期食品,经查某商品过期,` +
	    `食品安全法第三十四条,罚款,罚款五万元,5,${daysAgo(3)},` +
	    `${daysAgo(-300)},示例市市场监督管理局,11371100EXAMP00150,` +
	    '示例市市场监督管理局,11371100EXAMP00150';
	const path = join(city.folder, 'rows.csv');

	writeFileSync(path, [heads, row(1), row(2)].join('\n') + '\n');
	city.run('submit', '--data', city.data, '--item', 'penalty', '--from',
	    `${id}-market-regulation`, path);
	city.run('case', 'file', '--data', city.data, '--organisation', CODE,
	    '--by', 'zhang.san', '--text', '处罚对象不是本单位', '0');
}

async function inCity(world, id, body) {
	const own = new City(world.city.program);
	try {
		own.makeEmpty(id);
		fill(own, id);
		await own.serve();
		world.visitor.others.add(own.url);
		await body(own);
	} finally {
		await own.stop();
	}
}

async function isMarked(world) {
	const { page } = world;
	await inCity(world, 'linan', async own => {
		const go = path => page.goto(own.url + path);

		await go('/records/0');
		const alert = page.locator('[data-marked="objection"]');
		assert.match(await alert.innerText(), /异议.*第三十条/s);
		assert.match(await page.locator('#report-title ~ dl')
		    .innerText(), /5\s*个工作日.*20\s*个工作日.*第三十一条/s);
		await lookAt(world, 'record-marked');
		await go(`/subjects/${CODE}`);
		assert.equal(await page.locator('.record [data-mark]').count(),
		    1);
		assert.equal(await page.locator('#record-0 [data-mark]')
		    .innerText(), '异议处理中');
		await lookAt(world, 'subject-marked');
		await go('/publicity?kind=penalty');
		assert.equal(await page.locator('tr[data-record="0"] ' +
		    '[data-mark]').innerText(), '异议处理中');
		assert.equal(await page.locator('tr [data-mark]').count(), 1);
		await lookAt(world, 'publicity-marked');
		await go('/help');
		await lookAt(world, 'help-clocks');
		await go('/catalogue');
		assert.match(await page.locator('[data-case="objection"]')
		    .textContent(), /加注标记.*第三十条/s);
		await lookAt(world, 'catalogue-marked');
	});
}

async function isNotMarked(world) {
	const { page } = world;
	await inCity(world, 'rizhao', async own => {
		for (const path of ['/records/0', `/subjects/${CODE}`,
			'/publicity?kind=penalty', '/']) {
			await page.goto(own.url + path);
			assert.equal(await page.locator('[data-mark], ' +
			    '[data-marked]').count(), 0, path);
		}
		await page.goto(`${own.url}/catalogue`);
		assert.match(await page.locator('[data-case="objection"]')
		    .textContent(), /没有规定对记录加注标记/);
	});
}

// A stranger is asked to sign in, and comes back to the form.
async function leadsToTheForm({ visitor, page, city }) {
	const { rows } = await city.json('/publicity?kind=penalty');

	await visitor.go(rows[0].subject_href);
	const link = page.locator(`#record-${rows[0].record} .record-links a`)
	    .last();
	assert.equal(await link.getAttribute('href'),
	    `/records/${rows[0].record}/objection`);
	await link.click();
	await page.waitForURL(/\/sign-in/);
	assert.ok(decodeURIComponent(page.url())
	    .includes(`/records/${rows[0].record}/objection`), page.url());
	await visitor.go(rows[0].href);
	await page.getByRole('link', { name: '对这条记录提出异议' }).click();
	await page.waitForURL(/\/sign-in/);
}

export const tests = () => [
	{ name: 'a record that is objected to is marked where the law marks: ' +
	    'axe finds nothing, light, dark, phone, wide', body: isMarked },
	{ name: 'where no law marks, nothing is marked', body: isNotMarked },
	{ name: 'a stranger goes from a record to the form by signing in',
		options: { isErrorExpected: true }, body: leadsToTheForm },
];
