// An analyst's way from a line of a deal to the list of companies, by mouse: what a line comes to with its discount, the total
// of the deal, what the company brought this year; seen live while lines are typed, and what the list is ordered by.
import assert from 'node:assert/strict';
import { judge } from './browser.mjs';
import { addField, nameOf, publish } from './studio.mjs';
import { post } from './work.mjs';

const TEXTS = {
  en: { net: 'Price with discount', sum: 'Sum of the deal', year: 'Won this year', price: 'Price', quantity: 'Quantity', discount: 'Discount', lines: 'Lines', deals: 'Deals', stage: 'Stage', won: 'Won', closed: 'Close date', company: 'Company', title: 'Title' },
  ru: { net: 'Цена со скидкой', sum: 'Сумма сделки', year: 'Выиграно за год', price: 'Цена', quantity: 'Количество', discount: 'Скидка', lines: 'Строки', deals: 'Сделки', stage: 'Этап', won: 'Выиграна', closed: 'Дата закрытия', company: 'Компания', title: 'Название' },
};

export const yearLabel = (language) => TEXTS[language].year;

const plain = (text) => text.replace(/[^\d.,]/g, '').replace(/[.,](?=\d\d$)/, '|').replace(/[.,]/g, '').replace('|', '.');

export async function totalStory(page, say, base, { language }) {
  const texts = TEXTS[language];
  const s = (path, values) => say('studio', path, values);
  const panel = page.locator('.properties-body');
  const field = (name) => page.locator('.field-picker-name').filter({ has: page.getByText(name, { exact: true }) }).first();
  const enter = (name) => page.getByRole('button', { name: say('work', 'filter.open_relation', { label: name }), exact: true }).click();
  const begin = async (entity, name) => {
    await page.goto(`${base}/studio/model/${entity}`);
    await addField(page, say, name);
    const row = page.getByRole('row').filter({ has: nameOf(page, say, name) });
    await row.getByRole('button', { name: new RegExp(`^${s('fields.type')}`) }).click();
    await page.getByRole('option', { name: s('type.money'), exact: true }).click();
    await nameOf(page, say, name).click();
    await panel.getByRole('radiogroup', { name: s('properties.filled_how'), exact: true }).getByText(s('properties.filled_formula'), { exact: true }).click();
  };
  const total = async (relation, value) => {
    await panel.getByRole('radiogroup', { name: s('total.how'), exact: true }).getByText(s('total.composed'), { exact: true }).click();
    await panel.getByRole('button', { name: new RegExp(`^${s('total.of')}: `) }).click();
    await enter(relation);
    await field(value).click();
  };
  // The value of the last record that the editor shows below the formula: it is checked and known.
  const known = () => panel.locator('.ok.medium').first().waitFor();

  await begin('deal_item', texts.net);
  const formula = panel.getByRole('textbox', { name: s('properties.formula'), exact: true });
  await formula.waitFor();
  for (const [name, rest] of [[texts.price, ' * '], [texts.quantity, ' * (1 - '], [texts.discount, '']]) {
    await panel.getByRole('button', { name: s('expression.field'), exact: true }).click();
    await field(name).click();
    if (rest) await formula.pressSequentially(rest);
  }
  await known();
  await begin('deal', texts.sum);
  await total(texts.lines, texts.net);
  await known();
  // Cards that were drawn have a new field where an analyst puts it.
  await page.goto(`${base}/studio/forms/deal_card`);
  const free = page.locator('.board-palette').getByRole('group', { name: s('forms.not_on'), exact: true }).getByRole('button', { name: texts.sum, exact: true });
  await free.click();
  await free.waitFor({ state: 'detached' });
  await begin('company', texts.year);
  await total(texts.deals, texts.sum);
  await panel.getByRole('button', { name: s('condition.add'), exact: true }).click();
  await field(texts.stage).click();
  const value = () => page.locator('form').getByLabel(say('work', 'filter.value'), { exact: true }).first();
  const done = async () => {
    await page.keyboard.press('Escape');
    const button = page.getByRole('button', { name: say('common', 'action.done'), exact: true });
    if (await button.isVisible()) await button.click();
  };
  await value().click();
  await page.getByRole('option', { name: texts.won, exact: true }).click();
  await done();
  await panel.getByRole('button', { name: s('condition.add'), exact: true }).click();
  await field(texts.closed).click();
  await page.locator('form').getByLabel(say('work', 'filter.operator'), { exact: true }).first().click();
  await page.getByRole('option', { name: say('work', 'operator.period'), exact: true }).click();
  await value().click();
  await page.getByRole('option', { name: say('work', 'period.this_year'), exact: true }).click();
  await done();
  await panel.locator('.condition-chips .chip').nth(1).waitFor();
  await known();
  await judge(page, `total ${language}`);
  await publish(page, say, texts.year);

  // Live, before anything is saved.
  await post(page, '/api/records/company', { name: 'Total Works', type: 'customer' });
  await page.goto(`${base}/e/deal/new`);
  await page.locator('#field-title').fill('Total deal');
  await page.locator('#field-company').fill('Total Works');
  await page.getByRole('option', { name: /^T?\s*Total Works$/ }).first().click();
  await page.getByRole('button', { name: say('work', 'lines.add'), exact: true }).click();
  await page.locator('#cell-input').fill('Chai');
  await page.getByRole('option', { name: /^C?\s*Chai$/ }).first().click();
  for (const typed of ['3', '200', '10']) {
    await page.keyboard.press('Tab');
    await page.locator('#cell-input').fill(typed);
  }
  await page.keyboard.press('Enter');
  const shown = page.locator('.form-field').filter({ has: page.getByText(texts.sum, { exact: true }) }).locator('.fixed-value');
  await page.waitForFunction(([label]) => [...document.querySelectorAll('.form-field')].some((one) => one.textContent.startsWith(label) && /540/.test(one.textContent)), [texts.sum]);
  assert.equal(plain(await shown.innerText()), '540.00', 'three at 200 less a tenth, as they are typed');
  await judge(page, `total typed ${language}`);
  await page.getByRole('button', { name: say('work', 'create.submit'), exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Total deal' }).waitFor();
  const deal = new URL(page.url()).pathname.split('/').at(-1);
  const { version } = await page.evaluate(async (address) => (await fetch(address)).json(), `/api/records/deal/${deal}?select=version`);
  await post(page, `/api/records/deal/${deal}`, { stage: 'won', close_date: await page.evaluate(() => new Date().toLocaleDateString('sv')), version }, 'PATCH');

  // The list of companies has it as a column, and stands in its order.
  await page.goto(`${base}/e/company?view=all`);
  await page.locator('.grid-row').first().waitFor();
  await page.getByRole('button', { name: say('work', 'list.columns'), exact: true }).click();
  await page.getByRole('button', { name: say('work', 'list.add_column'), exact: true }).click();
  await field(texts.year).click();
  await page.keyboard.press('Escape');
  const head = page.getByRole('columnheader', { name: new RegExp(`^${texts.year}`) }).getByRole('button');
  await head.click();
  await page.waitForURL(/[?&]sort=/);
  await head.click();
  await page.locator('.grid-row').first().filter({ hasText: 'Total Works' }).waitFor();
  const cells = await page.locator('.grid-row').first().locator('.grid-cell').allInnerTexts();
  assert.ok(cells.some((text) => plain(text) === '540.00'), cells.join(' | '));
  await judge(page, `companies by total ${language}`);
}
