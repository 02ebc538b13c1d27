// SPDX-License-Identifier: Apache-2.0
// Makes the style sheet and gathers the scripts.
//
// usage: node web/build.mjs OUT
//
// site.css is Tabler's, less every rule, variable and animation that no
// template and no script of ours uses, with ours behind it. Tabler switches
// its dark colours by an attribute that a script would have to set; here they
// follow what the visitor's system prefers, without a script.
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import postcss from 'postcss';
import {PurgeCSS} from 'purgecss';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const require = createRequire(import.meta.url);
const DARK = /\[data-bs-theme=["']?dark["']?\]/;
const LIGHT = /\[data-bs-theme=["']?light["']?\]/;
// What browsers we serve have no use for, or what is for scripts of Tabler.
const UNUSED = /\[data-bs-(?!theme)|\[data-bs-theme-(?!base)/;

const read = path => readFileSync(path, 'utf8');
const inFolder = (folder, ending) => readdirSync(join(here, folder))
  .filter(name => name.endsWith(ending)).sort()
  .map(name => join(here, folder, name));

// Rules for [data-bs-theme=dark] move into @media (prefers-color-scheme:
// dark); those for light stand without a condition.
function followPreference(root) {
  const dark = postcss.atRule({name: 'media',
    params: '(prefers-color-scheme:dark)'});
  root.walkRules(rule => {
    const selectors = rule.selectors.filter(s => !UNUSED.test(s));
    if (selectors.length === 0) {
      rule.remove();
      return;
    }
    const darkOnes = selectors.filter(s => DARK.test(s));
    const others = selectors.filter(s => !DARK.test(s));
    if (darkOnes.length > 0) {
      const copy = rule.clone();
      copy.selectors = darkOnes.map(s => s.replace(DARK, ':root')
        .replace(/:root:root|:root :root/, ':root'));
      let holder = copy;
      for (let up = rule.parent; up.type === 'atrule'; up = up.parent) {
        const wrap = up.clone({nodes: []});
        wrap.append(holder);
        holder = wrap;
      }
      dark.append(holder);
    }
    if (others.length === 0)
      rule.remove();
    else
      rule.selectors = others.map(s => s.replace(LIGHT, ':root'));
  });
  if (dark.nodes?.length > 0)
    root.append(dark);
}

// Comments and white space go; the rest stays as it was written.
function squeeze(root) {
  root.walkComments(comment => comment.remove());
  root.walk(node => {
    node.raws.before = '';
    if (node.raws.after !== undefined)
      node.raws.after = '';
    if (node.type === 'decl')
      node.raws.between = ':';
    if (node.type === 'rule') {
      node.raws.between = '';
      node.selector = node.selector.replace(/\s+/g, ' ')
        .replace(/ ?([,>]) ?/g, '$1');
    }
    if (node.type === 'atrule')
      node.raws.between = '';
    node.raws.semicolon = false;
  });
  root.raws.after = '';
  return root;
}

// An empty @media and the like.
function dropEmpty(root) {
  root.walkAtRules(at => {
    if (at.nodes && at.nodes.length === 0)
      at.remove();
  });
}

async function styles() {
  const tabler = require.resolve('@tabler/core/dist/css/tabler.min.css');
  const [purged] = await new PurgeCSS().purge({
    css: [{raw: read(tabler)}],
    content: [
      ...inFolder('templates', '.mustache').map(path =>
        ({raw: read(path), extension: 'html'})),
      ...inFolder('assets', '.js').map(path =>
        ({raw: read(path), extension: 'js'})),
      {raw: read(join(here, 'assets/site.css'))
        .match(/var\(--tblr-[\w-]+/g)?.join(' ') ?? '', extension: 'css'},
    ],
    keyframes: true,
    fontFace: true,
    safelist: {standard: [':root', 'html', 'body'], greedy: [/data-bs-theme=/]},
    defaultExtractor: text => text.match(/[\w-/:%.]+(?<![:.])/g) ?? [],
  });
  const root = postcss.parse(purged.css);
  followPreference(root);
  const own = postcss.parse(read(join(here, 'assets/site.css')));
  dropVariables(root, own);
  dropEmpty(root);
  return squeeze(root).toString() + '\n' + squeeze(own).toString() + '\n';
}

// Variables that nothing reads, until none is left.
function dropVariables(root, own) {
  for (;;) {
    const used = new Set();
    for (const tree of [root, own])
      tree.walkDecls(decl => {
        for (const m of decl.value.matchAll(/var\((--[\w-]+)/g))
          used.add(m[1]);
      });
    let dropped = 0;
    root.walkDecls(/^--/, decl => {
      if (!used.has(decl.prop)) {
        decl.remove();
        dropped++;
      }
    });
    root.walkRules(rule => {
      if (rule.nodes.length === 0)
        rule.remove();
    });
    if (dropped === 0)
      return;
  }
}

mkdirSync(out, {recursive: true});
writeFileSync(join(out, 'site.css'), await styles());
for (const path of inFolder('assets', '.js'))
  writeFileSync(join(out, path.slice(path.lastIndexOf('/') + 1)), read(path));
writeFileSync(join(out, 'emblem.svg'), read(join(here, 'assets/emblem.svg')));
writeFileSync(join(out, 'echarts.js'),
  read(require.resolve('echarts/dist/echarts.common.min.js')));
