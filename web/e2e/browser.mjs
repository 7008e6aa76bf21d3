// The browser of the end-to-end story: starts Chromium, reads the texts of the interface, judges screens by axe.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** The desk and the phone that screens are judged at. */
export const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** Starts a browser with an empty profile. `close` takes the profile away. */
export async function openBrowser({ width = 1440, height = 900, language = 'en', theme = 'light', profile } = {}) {
  const folder = profile ?? (await mkdtemp(join(tmpdir(), 'verstak-e2e-')));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS, viewport: { width, height }, colorScheme: theme, locale: language === 'ru' ? 'ru-RU' : 'en-GB',
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(Number(process.env.E2E_TIMEOUT ?? 20_000));
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return {
    context, page, errors,
    async close() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The texts of the interface in one language: `say('studio', 'frame.publish')`. */
export async function textsOf(language) {
  const known = {};
  for (const name of ['common', 'work', 'studio', 'dashboards']) known[name] = JSON.parse(await readFile(new URL(`../src/locales/${language}/${name}.json`, import.meta.url), 'utf8'));
  return (name, path, values = {}) => {
    const text = path.split('.').reduce((part, key) => part?.[key], known[name]);
    if (typeof text !== 'string') throw new Error(`no text ${language}/${name} ${path}`);
    return text.replace(/\{\{(\w+)\}\}/g, (_, key) => values[key] ?? '');
  };
}

/** What is wrong with the screen: violations of level serious or above, and a page wider than its window. */
export async function findings(page) {
  if (!(await page.evaluate('Boolean(window.axe)'))) await page.addScriptTag({ path: AXE }).catch(async () => page.evaluate(await readFile(AXE, 'utf8')));
  const found = await page.evaluate(async (levels) => {
    const result = await window.axe.run(document, { runOnly: levels });
    return result.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
  }, LEVELS);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return wide > 1 ? [...found, `wider than the window by ${wide} px`] : found;
}

/** Fails when the screen has findings. */
export async function judge(page, name) {
  await page.waitForTimeout(400);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name.replace(/\W+/g, '-')}.png`) });
  const found = await findings(page);
  if (found.length) throw new Error(`${name}: ${found.join('\n')}`);
}
