// SPDX-License-Identifier: Apache-2.0
// A visitor: one browser context, with everything written down that no page
// of the site may cause. close() tells it; the runner fails the test.
import { join } from 'node:path';

const TIMEOUT_MS = 60000;
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
// The least that WCAG asks a page to fit into, and a large screen.
const NARROW = { width: 320, height: 640 };
const BROAD = { width: 1920, height: 1080 };
// A4 without its margins.
const PAPER = { width: 718, height: 1047 };

export const SIZES = { wide: WIDE, phone: PHONE, narrow: NARROW, broad: BROAD,
	paper: PAPER };

// The browser's own words for an answer that is an error page on purpose.
const EXPECTED = /^Failed to load resource: the server responded with a status of (4\d\d|503)/;

// A picture of a whole page, for people to look at who named a folder for it.
export async function picture(page, folder, name) {
	if (folder)
		await page.screenshot({ fullPage: true,
			path: join(folder, `${name}.png`) });
}

const originOf = url => URL.canParse(url) ? new URL(url).origin : '';

export class Visitor {
	// others: origins that are not of the site and may be gone to, such as
	// an identity provider; what they write is their own matter.
	// options: javaScript, lang, scheme, size, isErrorExpected
	static async open(browser, city, options = {}) {
		const v = new Visitor();
		v.city = city;
		v.trouble = [];
		v.options = options;
		v.others = new Set();
		v.context = await browser.newContext({
			baseURL: city.url,
			locale: options.lang === 'en' ? 'en-US' : 'zh-CN',
			colorScheme: options.scheme ?? 'light',
			viewport: SIZES[options.size ?? 'wide'],
			javaScriptEnabled: options.javaScript ?? true,
			reducedMotion: 'reduce',
		});
		v.context.setDefaultTimeout(TIMEOUT_MS);
		v.watch();
		v.page = await v.context.newPage();
		return v;
	}

	watch() {
		this.context.on('request', r => {
			const { origin, protocol } = new URL(r.url());
			if (origin !== this.city.url &&
			    !this.others.has(origin) && protocol !== 'blob:' &&
			    protocol !== 'data:')
				this.trouble.push(`asks elsewhere: ${r.url()}`);
		});
		this.context.on('console', m => {
			if (m.type() !== 'error' && m.type() !== 'warning')
				return;
			if (this.others.has(originOf(m.location().url)))
				return;
			if (!(this.options.isErrorExpected &&
			    EXPECTED.test(m.text())))
				this.trouble.push(`console: ${m.text()}`);
		});
		this.context.on('weberror', e => {
			this.trouble.push(`script error: ${e.error()}`);
		});
		// Seen also where the console stays silent.
		this.context.addInitScript(() => {
			document.addEventListener('securitypolicyviolation',
			    e => console.error('policy violated: ' +
				`${e.violatedDirective} ${e.blockedURI}`));
		});
	}

	async go(path) {
		return this.page.goto(path, { waitUntil: 'load' });
	}

	// The page is at rest: fonts, charts and modules have done their work.
	async settle() {
		await this.page.waitForLoadState('networkidle');
	}

	async close() {
		await this.context.close();
		return this.trouble;
	}
}
