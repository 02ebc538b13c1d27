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
  return {labels: rows.map(row => row.cells[0].dataset.value), series};
}

// Every bar says whose it is, in as many lines as it takes, while there is
// room for some letters; a label that is left out may be the one wanted.
function labels(count, width) {
  const each = Math.floor(width / count) - 8;

  return {interval: each < 48 ? 'auto' : 0, width: each < 48 ? 96 : each,
    overflow: 'break', lineHeight: 16};
}

function options(data, width) {
  const style = getComputedStyle(document.body);
  const text = style.getPropertyValue('--gx-soft').trim();
  const line = style.getPropertyValue('--gx-line').trim();
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const second = data.series.some(s => s.isPercent || s.ownAxis) &&
    data.series.some(s => !s.isPercent && !s.ownAxis);
  const allPercent = data.series.every(s => s.isPercent);
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
    xAxis: {type: 'category', data: data.labels,
      axisLabel: {color: text, ...labels(data.labels.length, width)}, axisLine: {lineStyle: {color: line}}},
    yAxis: second
      ? [axis(false), {...axis(data.series.some(s => s.isPercent)),
        splitLine: {show: false}}]
      : [axis(allPercent)],
    series: data.series.map(s => ({
      name: s.name,
      type: s.type,
      data: s.values,
      yAxisIndex: second && (s.isPercent || s.ownAxis) ? 1 : 0,
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
  const show = () => chart.setOption(options(data, place.clientWidth));
  show();
  figure.dataset.drawn = 'yes';
  new ResizeObserver(() => { chart.resize(); show(); }).observe(place);
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
  watcher.observe(figure);
}
