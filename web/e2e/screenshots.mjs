// Takes a picture of every screen at two sizes, in two languages, light and dark, and judges each by axe.
//
// BASE_URL and SIGN_IN_LINK (or EMAIL and PASSWORD of an administrator) come from the environment; SHOTS names the folder (web/screenshots by default).
// ONLY, SIZES, LANGUAGES, THEMES narrow the run: `ONLY='^list' LANGUAGES=ru THEMES=dark`.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { findings, openBrowser, SIZES, textsOf } from './browser.mjs';
import { discard, draft, DRAFTED, enter, INSIDE, OUTSIDE, show, speak } from './screens.mjs';

const BASE = (process.env.BASE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const EMAIL = process.env.EMAIL ?? 'anna@example.com';
const PASSWORD = process.env.PASSWORD ?? 'Cold-room shelving 42';
const FOLDER = process.env.SHOTS ?? fileURLToPath(new URL('../screenshots', import.meta.url));
const ONLY = new RegExp(process.env.ONLY ?? '');
const among = (name, all) => (process.env[name] ? process.env[name].split(',') : all);

let wrong = 0;

async function takeAll(page, screens, { say, phone, title }) {
  for (const screen of screens) {
    if (!ONLY.test(screen.name) || (phone ? screen.desk : screen.phone)) continue;
    try {
      await show(page, BASE, screen, { say, phone });
      const found = await findings(page);
      wrong += found.length;
      for (const line of found) process.stdout.write(`${screen.name} ${title}: ${line}\n`);
    } catch (error) {
      wrong += 1;
      process.stdout.write(`${screen.name} ${title}: ${error.message.split('\n')[0]}\n`);
    }
    await page.screenshot({ path: join(FOLDER, `${screen.name}-${title}.png`) });
  }
}

await mkdir(FOLDER, { recursive: true });
const door = await openBrowser();
try {
  await enter(door.page, BASE, EMAIL, PASSWORD, process.env.SIGN_IN_LINK);
  const cookies = await door.context.cookies();
  for (const language of among('LANGUAGES', ['en', 'ru'])) {
    const say = await textsOf(language);
    await speak(door.page, language);
    for (const size of among('SIZES', Object.keys(SIZES))) {
      for (const theme of among('THEMES', ['light', 'dark'])) {
        const title = `${language}-${size}-${theme}`;
        const one = await openBrowser({ ...SIZES[size], language, theme });
        one.page.setDefaultTimeout(8000);
        await one.page.addInitScript((wanted) => localStorage.setItem('verstak.language', wanted), language);
        const facts = { say, phone: size === 'phone', title };
        await takeAll(one.page, OUTSIDE, facts);
        await one.context.addCookies(cookies);
        await takeAll(one.page, INSIDE, facts);
        if (DRAFTED.some((screen) => ONLY.test(screen.name))) {
          // No other screen may have been opened, and a call needs a page of the product.
          await one.page.goto(`${BASE}/`);
          await draft(one.page);
          await takeAll(one.page, DRAFTED, facts);
          await discard(one.page);
        }
        for (const error of one.errors) process.stdout.write(`${title}: ${error}\n`);
        wrong += one.errors.length;
        await one.close();
        process.stdout.write(`${title} done\n`);
      }
    }
  }
} finally {
  await door.close();
}
process.exitCode = wrong ? 1 : 0;
