// SPDX-License-Identifier: Apache-2.0
// Charts of the tables that stand beneath them. A figure names its table;
// columns with data-series become series, in the order of the columns:
//
//   <figure data-chart="TABLE-ID" data-echarts="/assets/echarts...js">
//   <th data-series="bar|line" [data-percent] [data-own-axis]>
//   <td data-value="N">      a percentage is in 1/10,000
//
// ECharts is fetched when the place of a chart comes to the screen. Without it, or
// without this script, the table is what there is.
const figures = [...document.querySelectorAll('figure[data-chart]')];
const dark = matchMedia('(prefers-color-scheme: dark)');
const still = matchMedia('(prefers-reduced-motion: reduce)');
// Behind the site's own colour.
const LIGHT_COLOURS = ['#b5852a', '#1a6b3c', '#a8201a'];
const DARK_COLOURS = ['#e3b75e', '#7fd6a2', '#ff9d94'];
let loading = null;

function load(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => resolve(globalThis.echarts);
    script.onerror = () => reject(new Error(`no ${address}`));
    document.head.append(script);
  });
  return loading;
}

// As rgb(), which ECharts can mix too: a colour of a style sheet may be a
// mixture itself.
function asRgb(colour) {
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
  return `rgb(${r}, ${g}, ${b})`;
}

// {labels, series: [{name, type, isPercent, ownAxis, values}]}
function readTable(table) {
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells];
  const series = heads.map((head, column) => ({
    name: head.textContent.trim(),
    type: head.dataset.series,
    isPercent: 'percent' in head.dataset,
    ownAxis: 'ownAxis' in head.dataset,
    values: rows.map(row => {
      const value = row.cells[column].dataset.value;
      return value === undefined || value === '' ? null : Number(value);
    }),
  })).filter(s => s.type);
  for (const s of series.filter(s => s.isPercent))
    s.values = s.values.map(v => v === null ? null : v / 100);
  return withAllMonths({
    labels: rows.map(row => row.cells[0].dataset.value), series});
}

const isMonth = label => /^\d{4}-\d\d$/.test(label);
const monthNumber = label => label.slice(0, 4) * 12 + Number(label.slice(5)) - 1;
const monthOf = number => `${Math.floor(number / 12)}-` +
  String(number % 12 + 1).padStart(2, '0');

// A month of which a table has no row has its place all the same, as time
// goes on without it.
function withAllMonths({labels, series}) {
  if (!labels.every(isMonth))
    return {labels, series};
  const first = monthNumber(labels[0]);
  const count = monthNumber(labels.at(-1)) - first + 1;
  const all = Array.from({length: count}, (_, n) => monthOf(first + n));
  const values = s => all.map(m => s.values[labels.indexOf(m)] ?? null);

  return {labels: all, series: series.map(s => ({...s, values: values(s)}))};
}

// Every bar says whose it is, in as many lines as it takes: where there is no
// room for words under the bars they lie down, with the names beside them. Of
// months some may be left out.
const WORDS_PX = 80;
const BESIDE_PX = 128;
const LYING_PX = 64;

const roomOf = (data, width) => Math.floor(width / data.labels.length) - 8;
const areMonths = data => data.labels.every(isMonth);
const doLie = (data, width) => !areMonths(data) &&
  roomOf(data, width) < WORDS_PX;

function labelOf(data, width) {
  if (areMonths(data))
    return {interval: 'auto'};
  return {interval: 0, overflow: 'break', lineHeight: 16,
    width: doLie(data, width) ? BESIDE_PX : roomOf(data, width)};
}

// Bars that lie are as many as they are; the style sheet has the height of
// all other charts.
function giveHeight(place, data) {
  place.style.height = doLie(data, place.clientWidth)
    ? `${data.labels.length * LYING_PX + 80}px` : '';
}

function options(data, width) {
  const style = getComputedStyle(document.body);
  const text = style.getPropertyValue('--gx-soft').trim();
  const line = style.getPropertyValue('--gx-line').trim();
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const second = data.series.some(s => s.isPercent || s.ownAxis) &&
    data.series.some(s => !s.isPercent && !s.ownAxis);
  const allPercent = data.series.every(s => s.isPercent);
  const isLying = doLie(data, width);
  const axis = isPercent => ({
    type: 'value',
    axisLabel: {color: text,
      formatter: v => isPercent ? `${v}%` : number.format(v)},
    splitLine: {lineStyle: {color: line}},
    ...(isPercent ? {max: 100, scale: true} : {}),
  });
  return {
    animation: !still.matches,
    color: [asRgb(style.getPropertyValue('--gx-brand-text').trim()),
      ...(dark.matches ? DARK_COLOURS : LIGHT_COLOURS)],
    textStyle: {fontFamily: style.fontFamily, color: text},
    grid: {left: 8, right: 8, top: 44, bottom: 8, containLabel: true},
    legend: {top: 4, textStyle: {color: text}},
    tooltip: {trigger: 'axis', confine: true, renderMode: 'richText'},
    [isLying ? 'yAxis' : 'xAxis']: {type: 'category', data: data.labels,
      inverse: isLying, axisLabel: {color: text, ...labelOf(data, width)},
      axisLine: {lineStyle: {color: line}}},
    [isLying ? 'xAxis' : 'yAxis']: second
      ? [axis(false), {...axis(data.series.some(s => s.isPercent)),
        splitLine: {show: false}}]
      : [axis(allPercent)],
    series: data.series.map(s => ({
      name: s.name,
      type: s.type,
      data: s.values,
      [isLying ? 'xAxisIndex' : 'yAxisIndex']: second && (s.isPercent || s.ownAxis) ? 1 : 0,
      barMaxWidth: 28,
      symbolSize: 7,
    })),
  };
}

function tableOf(figure) {
  return document.getElementById(figure.dataset.chart);
}

async function draw(figure) {
  const echarts = await load(figure.dataset.echarts);
  const table = tableOf(figure);
  const data = readTable(table);
  const place = figure.firstElementChild;

  place.setAttribute('role', 'img');
  place.setAttribute('aria-label', table.caption.textContent);
  const chart = echarts.init(place, null, {renderer: 'canvas'});
  const show = () => chart.setOption(options(data, place.clientWidth), true);
  show();
  figure.dataset.drawn = 'yes';
  new ResizeObserver(() => {
    giveHeight(place, data);
    chart.resize();
    show();
  }).observe(place);
  dark.addEventListener('change', show);
}

const watcher = new IntersectionObserver(entries => {
  for (const {target} of entries.filter(e => e.isIntersecting)) {
    watcher.unobserve(target);
    draw(target).catch(e => {
      target.replaceChildren();
      console.error(`no chart of ${target.dataset.chart}:`, e);
    });
  }
});

// A chart has its place before it is drawn, so that nothing moves away from
// who reads or has the focus below it.
for (const figure of figures) {
  if ((tableOf(figure)?.tBodies[0].rows.length ?? 0) < 2)
    continue;
  figure.append(document.createElement('div'));
  giveHeight(figure.firstElementChild, readTable(tableOf(figure)));
  watcher.observe(figure);
}
