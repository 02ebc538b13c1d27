// SPDX-License-Identifier: Apache-2.0
// What there is to visit in the city that was made: found by asking its own
// documents, as no number or code is fixed.

// A record that is published; and one whose publication has ended.
async function findRecords(city) {
	const penalties = await city.json('/publicity?kind=penalty');
	const [published] = penalties.rows;
	const size = penalties.through.size;
	let ended = null;
	for (let n = 0; n < size && ended === null; n++)
		if (await city.status(`/records/${n}.json`) === 410)
			ended = isRecord(city, n) ? n : null;
	return { published, ended };
}

// A record of its own, neither withdrawal nor a submission's statement.
function isRecord(city, number) {
	const told = JSON.parse(city.run('show', '--data', city.data,
	    '--json', '--purpose', '测试', String(number)));
	return told.kind === 'record' && told.record &&
	    told.record.content === 'whole';
}

// A published record and a day on which its subject was known already and it
// was not: {code, record, before}.
async function findDated(city) {
	const { rows } = await city.json('/publicity?kind=penalty&limit=100');
	for (const { code, record } of rows) {
		const { groups } = await city.json(`/subjects/${code}`);
		const all = groups.flatMap(g => g.records);
		const days = all.map(r => r.received.slice(0, 10)).sort();
		const day = all.find(r => r.record === record)?.received
		    .slice(0, 10);
		const before = days.filter(d => d < day).pop();
		if (before)
			return { code, record, before };
	}
	throw new Error('no subject has records of several days');
}

// The code with its last character made another.
function wrongCode(code) {
	return code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A');
}

// A version that the public saw replaced, and what stands in its place.
async function findReplaced(city, size) {
	for (let n = 0; n < size; n++) {
		const answer = await fetch(`${city.url}/records/${n}.json`);
		const { record } = await answer.json();
		if (record?.content === 'replaced')
			return { replaced: n,
				newer: record.versions.at(-1).record };
	}
	throw new Error('no record was replaced');
}

// A list with more than one page, of several departments.
async function findList(lists, city) {
	for (const { href } of lists.groups.flatMap(g => g.items)) {
		const { next, departments } = await city.json(href);
		if (next && departments.length > 2)
			return { href, next, department: departments[1].id };
	}
	throw new Error('no list is long');
}

// The same pages in other states, and what no search engine shall show:
// {name, path, status}.
async function surveyStates(city, places, lists) {
	const { rows: [licence] } = await city.json('/publicity?kind=licence');
	const penalties = await city.json('/publicity?kind=penalty');
	const { newer, replaced } = await findReplaced(city,
	    penalties.through.size);
	const list = await findList(lists, city);
	const { department } = places.row;
	const { months } = await city.json('/quality');
	const law = '2020-06-01'; // before the rules that are in force
	return [
		['subject-other-day', `/subjects/${places.dated.code}?as_of=` +
		    places.dated.before],
		['subject-silent', `/subjects/${city.silent}`],
		['record-licence', licence.href],
		['record-versions', `/records/${newer}`],
		['record-replaced', `/records/${replaced}`],
		['publicity-filtered', '/publicity?kind=penalty&department=' +
		    `${department.id}&from=2026-01-01&to=2099-12-31`],
		['publicity-empty', '/publicity?kind=licence&from=2099-01-01'],
		['publicity-next', penalties.next],
		['list-filtered', `${list.href}?department=${list.department}`],
		['list-empty', `${list.href}?from=2099-01-01`],
		['list-next', list.next],
		['list-on', `${list.href}?on=${law}`],
		['lists-on', `/lists?on=${law}`],
		['catalogue-on', `/catalogue?on=${law}`],
		['catalogue-item-on', `/catalogue/penalty?on=${law}`],
		['quality-month', months[1].href],
		['quality-department', `/quality?department=${department.id}`],
		['quality-empty', '/quality?month=2001-01'],
		['sign-in', '/sign-in'],
		['error-400-period', '/publicity?kind=penalty&department=' +
		    `${department.id}&from=2026-02-01&to=2026-01-01`, 400],
	].map(pageOf);
}

const pageOf = ([name, path, status = 200]) => ({ name, path, status });

// {places, pages, states}: what journeys need, every public page once, and what
// has to be looked at besides: {name, path, status}.
export async function survey(city) {
	const { published, ended } = await findRecords(city);
	if (!published || ended === null)
		throw new Error('the example city lacks published or ended ' +
		    'records');
	const lists = await city.json('/lists');
	const listed = lists.groups.flatMap(g => g.items)
	    .find(i => i.count > 0);
	const places = {
		code: published.code,
		name: published.name,
		namePart: published.name.slice(-10, -4),
		record: published.record,
		row: published,
		ended,
		dated: await findDated(city),
		wrongCode: wrongCode(published.code),
	};
	const part = encodeURIComponent(places.namePart);
	const pages = [
		['home', '/'],
		['search', '/search'],
		['search-results', `/search?q=${part}`],
		['search-nothing', '/search?q=%E4%B8%8D%E5%AD%98%E5%9C%A8zz'],
		['search-wrong-code', `/search?q=${places.wrongCode}`],
		['subject', `/subjects/${places.code}`],
		['subject-group', `/subjects/${places.code}?group=admin`],
		['record', `/records/${places.record}`],
		['publicity-penalty', '/publicity?kind=penalty'],
		['publicity-licence', '/publicity?kind=licence'],
		['lists', '/lists'],
		['list', listed.href],
		['quality', '/quality'],
		['departments', '/departments'],
		['department', published.department.href],
		['open-data', '/open-data'],
		['changes', '/changes'],
		['changes-newest', '/changes?order=newest'],
		['log', '/log'],
		['catalogue', '/catalogue'],
		['catalogue-item', '/catalogue/penalty'],
		['table-memoranda', '/catalogue/tables/memoranda'],
		['table-kinds', '/catalogue/tables/kinds'],
		['table-matters', '/catalogue/tables/matters'],
		['help', '/help'],
		['help-paper', '/help/paper'],
		['accessibility', '/accessibility'],
		['privacy', '/privacy'],
		['contact', '/contact'],
		['error-404', '/no-such-page', 404],
		['error-404-subject', `/subjects/${places.wrongCode}`, null],
		['error-410', `/records/${ended}`, 410],
		['error-400', '/publicity?kind=penalty&from=yesterday', 400],
	].map(pageOf);
	const states = await surveyStates(city, places, lists);
	return { places, pages, states };
}
