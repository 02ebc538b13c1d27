// SPDX-License-Identifier: Apache-2.0
// An example city of its own for one run, served on a free port of the
// loopback interface: made fresh, ended by stop(), its folder removed.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync }
	from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SUBJECTS = 600;
const RECORDS = 6000;
// Of whom nothing is public: fined so little that it is not published.
const SILENT = { code: '91371102MA3EXAMP7A', name: '日照示例静默商贸有限公司' };
const START_MS = 60000;
const STOP_MS = 10000;

function freePort() {
	return new Promise((resolve, reject) => {
		const s = createServer();
		s.on('error', reject);
		s.listen(0, '127.0.0.1', () => {
			const { port } = s.address();
			s.close(() => resolve(port));
		});
	});
}

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

export class City {
	constructor(program) {
		this.program = program;
		this.folder = mkdtempSync(join(tmpdir(), 'gx-browser-'));
		this.data = join(this.folder, 'data');
	}

	// Runs a command; what it wrote, also when rows were refused (1).
	run(...words) {
		return this.runAt({}, ...words);
	}

	// The same on another day: env holds GONGXIN_NOW.
	runAt(env, ...words) {
		try {
			return execFileSync(this.program, words, {
				encoding: 'utf8', maxBuffer: 1 << 28,
				env: { ...process.env, ...env },
				stdio: ['ignore', 'pipe', 'pipe'],
			});
		} catch (e) {
			if (e.status === 1)
				return e.stdout;
			throw new Error(`gongxin ${words.join(' ')}: ` +
			    `${e.status} ${e.stdout}${e.stderr}`);
		}
	}

	make(subjects = SUBJECTS, records = RECORDS) {
		const files = join(this.folder, 'files');
		this.run('demo', files, '--subjects', String(subjects),
		    '--records', String(records), '--seed', '7');
		const manifest = readFileSync(join(files, 'manifest.tsv'),
		    'utf8').trim().split('\n').map(l => l.split('\t'));
		// Each file is received on its day, as tools/run-example.sh
		// has it.
		const on = day => ({ GONGXIN_NOW: `${day}T09:00:00+08:00` });
		this.runAt(on(manifest[0][3]), 'init', '--data', this.data,
		    '--city', 'rizhao');
		for (const [file, item, department, day] of manifest)
			this.runAt(on(day), 'submit', '--data', this.data,
			    '--item', item, '--from', department,
			    join(files, file));
		this.fineALittle(SILENT);
		this.silent = SILENT.code;
		this.run('log', 'checkpoint', '--data', this.data);
		this.key = this.run('log', 'key', '--data', this.data).trim();
	}

	fineALittle({ code, name }) {
		const path = join(this.folder, 'little.csv');
		writeFileSync(path, 'CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_WSH,' +
		    'CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_FK,CF_JDRQ,' +
		    'CF_YXQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM\n' +
		    `${name},法人及非法人组织,${code},示市监罚〔2026〕1号,` +
		    '未按规定明码标价,经查未明码标价,价格法第四十二条,罚款,' +
		    '罚款一千元,0.1,2026-03-02,2027-03-02,' +
		    '示例市市场监督管理局,11371100EXAMP00150,' +
		    '示例市市场监督管理局,11371100EXAMP00150\n');
		this.run('submit', '--data', this.data, '--item', 'penalty',
		    '--from', 'rizhao-market-regulation', path);
	}

	// The one site that may show /embed in a frame.
	nameFramer(origin) {
		appendFileSync(join(this.data, 'site.yaml'),
		    `embed: [${origin}]\n`);
	}

	// One without any record.
	makeEmpty(city = 'rizhao') {
		this.run('init', '--data', this.data, '--city', city);
	}

	// Where it will be served: for whoever has to know before.
	async settleAddress() {
		this.address = `127.0.0.1:${await freePort()}`;
		this.url = `http://${this.address}`;
	}

	// Without limits, or with these.
	async serve(limits = ['--rate', '0']) {
		if (!this.address)
			await this.settleAddress();
		this.output = '';
		this.server = spawn(this.program, ['serve', '--data',
			this.data, '--listen', this.address, ...limits],
		{ stdio: ['ignore', 'pipe', 'pipe'] });
		process.once('exit', () => this.server.kill('SIGKILL'));
		for (const s of [this.server.stdout, this.server.stderr])
			s.on('data', bytes => { this.output += bytes; });
		for (const end = Date.now() + START_MS; Date.now() < end;) {
			if (this.server.exitCode !== null)
				break;
			if (await this.isReady())
				return;
			await pause(100);
		}
		throw new Error(`the site did not start:\n${this.output}`);
	}

	// It answers, and its lists have caught up with the log.
	async isReady() {
		try {
			const home = await this.json('/');
			return home.through.is_current;
		} catch {
			return false;
		}
	}

	async json(path) {
		const answer = await fetch(this.url + path,
		    { headers: { accept: 'application/json' } });
		if (answer.status !== 200)
			throw new Error(`${path} answered ${answer.status}: ` +
			    await answer.text());
		return answer.json();
	}

	async status(path, accept = 'application/json') {
		const answer = await fetch(this.url + path,
		    { headers: { accept } });
		await answer.arrayBuffer();
		return answer.status;
	}

	async stop() {
		const s = this.server;
		if (s && s.exitCode === null) {
			const ended = new Promise(r => s.once('exit', r));
			s.kill('SIGTERM');
			const timer = setTimeout(() => s.kill('SIGKILL'),
			    STOP_MS);
			await ended;
			clearTimeout(timer);
		}
		rmSync(this.folder, { recursive: true, force: true });
	}
}
