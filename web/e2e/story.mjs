// The story of a person who has never seen Verstak, in English and in Russian: sign in by the one-time link, see the CRM,
// add an entity with the mouse, publish, fill in its form, find the record again, change the entity, take the change back; then
// a day of work on the list and the card, and every screen judged by axe at both sizes and in both themes.
//
// BASE_URL and SIGN_IN_LINK (or EMAIL and PASSWORD of an administrator) come from the environment. LANGUAGES says which of the
// two it is told in, SHOTS names a folder for pictures of every screen.
import assert from 'node:assert/strict';
import { judge, openBrowser, SIZES, textsOf } from './browser.mjs';
import { discard, draft, DRAFTED, enter, INSIDE, OUTSIDE, show } from './screens.mjs';
import { accessStory } from './access.mjs';
import { addCalculated, addChoices, addEntity, addField, keepRefused, nameOf, publish, putBack, renameEntity, renameField, restore, typeOf, undoRename } from './studio.mjs';
import { drawDashboard } from './studio-dashboards.mjs';
import { drawForm } from './studio-forms.mjs';
import { dashboardStory } from './dashboards.mjs';
import { datasetStory } from './datasets.mjs';
import { totalStory } from './totals.mjs';
import { scriptStory } from './scripts.mjs';
import * as work from './work.mjs';

const BASE = (process.env.BASE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const LINK = process.env.SIGN_IN_LINK;
const LANGUAGES = (process.env.LANGUAGES ?? 'en,ru').split(',');
const EMAIL = process.env.EMAIL ?? 'anna@example.com';
const PASSWORD = process.env.PASSWORD ?? 'Cold-room shelving 42';

const STORIES = {
  en: {
    entity: { en: 'Machine', ru: 'Станок', plural: { en: 'Machines', ru: 'Станки' }, fields: ['Company', 'Installed date', 'Price', 'Condition kind'] },
    name: 'machine', link: 'Company', date: 'Installed date', money: 'Price', choice: 'Condition kind', values: ['Working', 'Broken'], title: 'Title',
    record: 'Conveyor belt 7', find: 'conveyor', renamed: 'Purchase price', added: 'Serial code', calculated: 'Yearly cost', types: { Company: /Link.*Company/, 'Installed date': /Date/, Price: /Money/, 'Condition kind': /Choice/ },
  },
  ru: {
    entity: { en: 'Service visit', ru: 'Визит мастера', plural: { en: 'Service visits', ru: 'Визиты мастеров' }, fields: ['Компания', 'Дата визита', 'Стоимость', 'Вид работ'] },
    name: 'service_visit', link: 'Компания', date: 'Дата визита', money: 'Стоимость', choice: 'Вид работ', values: ['Ремонт', 'Осмотр'], title: 'Название',
    record: 'Замена ёмкости', find: 'замена', renamed: 'Сумма работ', added: 'Заводской код', calculated: 'Сумма за год', types: { Компания: /Связь.*Компания/, 'Дата визита': /Дата/, Стоимость: /Деньги/, 'Вид работ': /Выбор/ },
  },
};

const step = (text) => process.stdout.write(`  ${text}\n`);

async function signIn(page, say) {
  if (LINK) {
    await page.goto(LINK.startsWith('http') ? LINK : `${BASE}${LINK}`);
    await page.getByLabel(say('work', 'first.name')).fill('Anna Kotova');
    await page.getByLabel(say('work', 'first.email')).fill(EMAIL);
    await page.getByRole('textbox', { name: say('work', 'signin.password') }).fill(PASSWORD);
    await judge(page, 'first run');
    await page.getByRole('button', { name: say('work', 'first.submit') }).click();
  } else await signInByPassword(page, say);
  await page.getByRole('navigation', { name: say('common', 'nav.main') }).first().waitFor();
}

async function signInByPassword(page, say) {
  await page.goto(`${BASE}/login`);
  await page.getByLabel(say('work', 'signin.email')).fill(EMAIL);
  await page.getByRole('textbox', { name: say('work', 'signin.password') }).fill(PASSWORD);
  await judge(page, 'sign in');
  await page.getByRole('button', { name: say('work', 'signin.submit'), exact: true }).click();
}

/** Chooses the language in the profile, as a person does. */
async function speak(page, language) {
  await page.goto(`${BASE}/me`);
  await page.locator('.me-page').waitFor();
  await page.getByText(language === 'ru' ? 'Русский' : 'English', { exact: true }).first().click();
  await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
  await page.waitForTimeout(500);
}

async function seeCrm(page, say, language) {
  await page.goto(`${BASE}/home`);
  await judge(page, `home ${language}`);
  await page.goto(`${BASE}/e/deal`);
  const rows = page.locator('.grid-row');
  await rows.first().waitFor();
  assert.ok((await rows.count()) > 5, 'the deals of the example are there');
  await judge(page, `deals ${language}`);
  await filterByLink(page, say, rows, { en: 'Company', ru: 'Компания' }[language]);
  await page.goto(`${BASE}/e/company`);
  await rows.first().waitFor();
  await rows.first().locator('.grid-title-link').click();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await judge(page, `company card ${language}`);
}

/** Asks for the deals of the first one's company, chosen with the mouse among the records. */
async function filterByLink(page, say, rows, field) {
  const company = (await rows.first().locator('[aria-colindex="3"]').innerText()).split('\n').at(-1).trim();
  await page.getByRole('button', { name: say('work', 'filter.add'), exact: true }).click();
  await page.locator('.field-picker-name').filter({ hasText: field }).first().click();
  const value = page.locator('form').getByLabel(say('work', 'filter.value'), { exact: true }).first();
  await value.fill(company.slice(0, 8));
  await page.getByRole('option', { name: company }).first().click();
  await page.getByRole('button', { name: say('common', 'action.done'), exact: true }).click();
  await page.locator('.chip').filter({ hasText: company }).first().waitFor();
  await page.waitForURL(/[?&]f=/);
}

async function fillForm(page, say, story) {
  await page.goto(`${BASE}/e/${story.name}/new`);
  await page.getByLabel(story.title).first().fill(story.record);
  const money = page.locator('.form-field').filter({ hasText: story.money }).getByRole('textbox');
  await money.fill('1250');
  const calculated = page.locator('.form-field').filter({ hasText: story.calculated });
  assert.equal((await calculated.locator('.fixed-value').innerText()).replace(/\D/g, ''), '1500000', 'the formula follows what is typed');
  const choice = page.locator('.form-field').filter({ hasText: story.choice }).locator('input').first();
  await choice.click();
  await page.getByRole('option', { name: story.values[0], exact: true }).click();
  await judge(page, `form ${story.name}`);
  await page.getByRole('button', { name: say('work', 'create.submit'), exact: true }).click();
  await page.getByRole('heading', { level: 1, name: story.record }).waitFor();
  await judge(page, `card ${story.name}`);
}

async function findRecord(page, say, story) {
  const row = page.locator('.grid-row').filter({ hasText: story.record });
  await page.goto(`${BASE}/e/${story.name}`);
  await row.waitFor();
  await page.locator('#list-search').fill(story.find);
  await page.waitForURL(/[?&]q/);
  await row.waitFor();
  await page.locator('#list-search').fill('zzzz');
  await row.waitFor({ state: 'detached' });
  await page.locator('#list-search').fill('');
  await page.getByRole('button', { name: say('work', 'filter.add'), exact: true }).click();
  await page.locator('.field-picker-name').filter({ hasText: story.choice }).click();
  await page.locator('form').getByLabel(say('work', 'filter.value'), { exact: true }).first().click();
  await page.getByRole('option', { name: story.values[0], exact: true }).click();
  await page.keyboard.press('Escape');
  const done = page.getByRole('button', { name: say('common', 'action.done'), exact: true });
  if (await done.isVisible()) await done.click();
  await row.waitFor();
  await judge(page, `filtered list ${story.name}`);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder(say('common', 'palette.placeholder')).fill(story.find);
  await page.locator('.mantine-Spotlight-action').filter({ hasText: story.record }).first().click();
  await page.getByRole('heading', { level: 1, name: story.record }).waitFor();
}

async function tell(page, language) {
  const say = await textsOf(language);
  const story = STORIES[language];
  await speak(page, language);
  step('sees the CRM filled');
  await seeCrm(page, say, language);
  step('looks at the dashboard');
  await dashboardStory(page, say, BASE, { language });
  step('adds an entity with the mouse');
  await addEntity(page, say, story.entity);
  for (const [field, words] of Object.entries(story.types)) assert.match(await typeOf(page, say, field), words);
  await addChoices(page, say, story.choice, story.values);
  await addCalculated(page, say, story.calculated, story.money, ' * 12');
  await judge(page, `entity ${story.name}`);
  const first = await publish(page, say, `${story.entity[language]} 1`, { judge: () => judge(page, `plan ${story.name}`) });
  step(`published revision ${first}; fills in the form`);
  await fillForm(page, say, story);
  step('finds the record again');
  await findRecord(page, say, story);
  step('changes the entity');
  await page.goto(`${BASE}/studio/model/${story.name}`);
  await renameField(page, say, story.money, story.renamed);
  await addField(page, say, story.added);
  const second = await publish(page, say, `${story.entity[language]} 2`);
  assert.ok(second > first);
  await page.goto(`${BASE}/e/${story.name}/new`);
  await page.getByText(story.renamed, { exact: false }).first().waitFor();
  await page.getByText(story.added, { exact: false }).first().waitFor();
  step('takes the change back');
  await page.goto(`${BASE}/studio/releases`);
  await restore(page, say, first);
  const third = await publish(page, say, `${story.entity[language]} 3`, { consent: true, judge: () => judge(page, `restore ${story.name}`) });
  assert.ok(third > second);
  await page.goto(`${BASE}/studio/model/${story.name}`);
  await nameOf(page, say, story.money).waitFor();
  assert.equal(await nameOf(page, say, story.added).count(), 0);
  await page.goto(`${BASE}/e/${story.name}`);
  await page.locator('.grid-row').filter({ hasText: story.record }).waitFor();
  step('puts the hidden field back, and gives the entity another name');
  await page.goto(`${BASE}/studio/releases`);
  await putBack(page, say, story.added);
  await judge(page, `hidden ${story.name}`);
  await page.goto(`${BASE}/studio/model/${story.name}`);
  await nameOf(page, say, story.added).waitFor();
  await renameEntity(page, say, `${story.name}_kept`);
  await undoRename(page, say, story.name, `${story.name}_kept`);
  await judge(page, `renamed ${story.name}`);
  await publish(page, say, `${story.entity[language]} 4`);
  step('loses nothing that the draft does not take, and publishes none of it');
  await page.goto(`${BASE}/studio/model/${story.name}_kept`);
  await keepRefused(page, say, story.added.toUpperCase());
  await page.goto(`${BASE}/e/${story.name}_kept`);
  await page.locator('.grid-row').filter({ hasText: story.record }).waitFor();
  await page.goto(`${BASE}/e/${story.name}_kept/new`);
  await page.getByText(story.added, { exact: false }).first().waitFor();
  step('writes a script, tries it, and presses its button');
  await scriptStory(page, say, BASE, { language, entity: `${story.name}_kept`, label: story.entity[language], field: 'title', record: story.record });
  step('composes datasets with the mouse');
  await datasetStory(page, say, BASE, { language });
  step('composes totals with the mouse, from a line to the list of companies');
  await totalStory(page, say, BASE, { language });
  step('draws a dashboard with the mouse');
  await drawDashboard(page, say, BASE, { language });
  step('draws a form for a role with the mouse');
  await drawForm(page, say, BASE, { language });
}

/** Every screen at a size and in a theme: no violation, nothing wider than the window. */
async function everyScreen(language, size, theme) {
  const say = await textsOf(language);
  const phone = size === 'phone';
  const one = await openBrowser({ ...SIZES[size], language, theme });
  try {
    await one.page.addInitScript((wanted) => localStorage.setItem('verstak.language', wanted), language);
    const see = async (screens) => {
      for (const screen of screens) {
        if (phone ? screen.desk : screen.phone) continue;
        await show(one.page, BASE, screen, { say, phone });
        await judge(one.page, `${screen.name} ${language} ${size} ${theme}`);
      }
    };
    await see(OUTSIDE);
    await enter(one.page, BASE, EMAIL, PASSWORD);
    await see(INSIDE);
    await draft(one.page);
    await see(DRAFTED);
    await discard(one.page);
    assert.deepEqual(one.errors, []);
  } finally {
    await one.close();
  }
}

const desk = await openBrowser();
try {
  await desk.page.addInitScript(() => localStorage.setItem('verstak.language', localStorage.getItem('verstak.language') ?? 'en'));
  await signIn(desk.page, await textsOf('en'));
  for (const language of LANGUAGES) {
    process.stdout.write(`${language}\n`);
    await tell(desk.page, language);
    step('access by mouse');
    await accessStory(desk, BASE, { language, password: PASSWORD, step });
    step('a day of work');
    await work.day(desk.page, await textsOf(language), BASE, language);
    step('every screen, by daylight and in the dark');
    await everyScreen(language, 'desk', language === 'en' ? 'dark' : 'light');
    await everyScreen(language, 'phone', language === 'en' ? 'light' : 'dark');
  }
  assert.deepEqual(desk.errors, []);
  process.stdout.write('the story holds\n');
} catch (error) {
  await desk.page.screenshot({ path: process.env.SHOTS ? `${process.env.SHOTS}/failed-${LANGUAGES.join('-')}.png` : `e2e-failed-${LANGUAGES.join('-')}.png` }).catch(() => undefined);
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
} finally {
  await desk.close();
}
