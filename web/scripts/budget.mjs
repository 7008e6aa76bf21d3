// Checks the size budgets of the built interface: `npm run build && npm run budget`.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const size = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1024;

function reach(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) reach(next, seen);
  return seen;
}
const total = (keys) => [...keys].filter((key) => manifest[key].file.endsWith('.js')).reduce((sum, key) => sum + size(manifest[key].file), 0);

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const initial = reach(entry);
let failed = false;
function report(name, kilobytes, limit) {
  const over = kilobytes > limit;
  failed ||= over;
  process.stdout.write(`${over ? 'OVER' : 'ok  '} ${kilobytes.toFixed(1).padStart(7)} of ${limit} kB  ${name}\n`);
}
report('initial JavaScript', total(initial), 220);
for (const key of Object.keys(manifest).filter((item) => manifest[item].isDynamicEntry)) {
  const extra = [...reach(key)].filter((item) => !initial.has(item));
  report(key, total(extra), key.includes('/designer/') ? 350 : 220);
}
process.exit(failed ? 1 : 0);
