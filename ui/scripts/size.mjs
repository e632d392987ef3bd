// Adds up what a first load executes before the charts' chunk, compressed, and fails where it is more than the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 250_000; // bytes, gzip
const dist = new URL('../dist/', import.meta.url);
const page = readFileSync(new URL('index.html', dist), 'utf8');

// The page's own scripts and those that they import statically. Dynamic imports are what comes later.
const initial = new Set();
const visit = (path) => {
  if (initial.has(path)) return;
  initial.add(path);
  const source = readFileSync(new URL(path, dist), 'utf8');
  for (const [, from] of source.matchAll(
    /(?:^|[;\n}])\s*import\s*(?:[^"'();]*?from\s*)?["'](\.\/[^"']+)["']/g,
  )) {
    visit(`assets/${from.slice(2)}`);
  }
};
for (const [, path] of page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)) visit(path);

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
let total = 0;
for (const path of initial) {
  const size = gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length;
  total += size;
  console.log(`${kilobytes(size).padStart(10)}  ${path}`);
}
console.log(
  `${kilobytes(total).padStart(10)}  in all, compressed, before the charts; the budget is ${kilobytes(budget)}`,
);
if (initial.size === 0 || total > budget) process.exit(1);
