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

// {places, pages}: what journeys need, and every page once:
// {name, path, status}.
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
	].map(([name, path, status = 200]) => ({ name, path, status }));
	return { places, pages };
}
