// An analyst's way to a report without code: deals by manager and month with a column that is calculated, products sold out of
// the lines of deals, and two entities below one another; then the list that people get.
import assert from 'node:assert/strict';
import { judge } from './browser.mjs';
import { publish } from './studio.mjs';

const TEXTS = {
  en: { sales: 'Manager sales', deal: 'Deal', activity: 'Activity', lines: 'Lines', line: 'Deal line', manager: 'Manager', closed: 'Close date', amount: 'Amount', product: 'Product', quantity: 'Quantity', title: 'Title', subject: 'Subject', due: 'Due on', month: 'Month of sale', deals: 'Sold', average: 'Average sale', sold: 'Goods out', feed: 'What happened' },
  ru: { sales: 'Продажи по людям', deal: 'Сделка', activity: 'Дело', lines: 'Строки', line: 'Строка сделки', manager: 'Менеджер', closed: 'Дата закрытия', amount: 'Сумма', product: 'Товар', quantity: 'Количество', title: 'Название', subject: 'Тема', due: 'Срок', month: 'Месяц продажи', deals: 'Продано', average: 'Средняя продажа', sold: 'Отпуск товара', feed: 'Что было' },
};

export async function datasetStory(page, say, base, { language }) {
  const texts = TEXTS[language];
  const s = (path, values) => say('studio', path, values);
  const click = (role, name, root = page) => root.getByRole(role, { name, exact: true }).first().click();
  const exactly = (text) => new RegExp(`^${text}$`);
  const field = (name) => page.locator('.field-picker-name').filter({ hasText: exactly(name) }).first().click();
  const into = (name) => page.locator('.field-picker-row').filter({ hasText: exactly(name) }).locator('button').last().click();
  const row = (index) => page.locator('.dataset-row').nth(index);
  const add = async (...path) => {
    await click('button', s('datasets.add_column'));
    for (const name of path.slice(0, -1)) await into(name);
    await field(path.at(-1));
  };
  const how = async (index, word) => {
    await row(index).locator('.dataset-how input').click();
    await click('option', s(`datasets.how_${word}`));
  };
  const call = async (index, text) => {
    await row(index).locator('.dataset-name input').fill(text);
    await row(index).locator('.dataset-name input').blur();
  };
  const make = async (label, entity) => {
    await click('button', s('datasets.add'));
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill(label);
    await dialog.getByRole('combobox').first().click();
    await click('option', entity);
    await judge(page, `dataset new ${language}`);
    await click('button', s('datasets.create'), dialog);
    await page.getByRole('heading', { name: exactly(label) }).waitFor();
  };
  const remove = async (index) => {
    await row(index).getByRole('button').last().click();
    await click('menuitem', s('datasets.remove_column'));
  };

  await page.goto(`${base}/studio/datasets`);
  await make(texts.sales, texts.deal);
  await add(texts.manager);
  await add(texts.closed);
  await add(texts.amount);
  await remove(0);
  await row(1).locator('.takes').first().click();
  await page.getByLabel(s('datasets.period'), { exact: true }).first().click();
  await click('option', s('datasets.unit_month'));
  await page.keyboard.press('Escape');
  await call(1, texts.month);
  await how(2, 'sum');
  await click('button', s('datasets.add_column'));
  await click('button', s('datasets.add_count'));
  await call(3, texts.deals);
  await click('button', s('datasets.add_column'));
  await click('button', s('datasets.add_calculated'));
  await call(4, texts.average);
  await row(4).locator('.takes').first().click();
  const formula = page.getByRole('dialog').getByRole('textbox').first();
  await formula.fill('amount / ');
  await page.locator('.dataset-problems').waitFor();
  // What is inserted by the tree is called as the columns are.
  await formula.press('End');
  await page.getByRole('dialog').getByRole('button', { name: say('studio', 'expression.field') }).click();
  await field(texts.deals);
  await page.locator('.dataset-problems').waitFor({ state: 'detached' });
  await click('button', say('common', 'action.done'), page.getByRole('dialog'));
  await page.locator('.dataset-rows tbody tr').nth(5).waitFor();
  await page.locator('.dataset-grouped').filter({ hasText: texts.month }).waitFor();
  await judge(page, `dataset groups ${language}`);

  await make(texts.sold, texts.deal);
  await click('button', s('datasets.join'));
  await click('menuitem', texts.lines);
  await add(texts.line, texts.product);
  await add(texts.line, texts.quantity);
  await remove(0);
  await how(1, 'sum');
  await page.locator('.dataset-rows tbody tr').nth(5).waitFor();
  await judge(page, `dataset joins ${language}`);

  await make(texts.feed, texts.deal);
  await add(texts.closed);
  await click('button', s('datasets.add_part'));
  await click('menuitem', texts.activity);
  for (const [index, name] of [[0, texts.subject], [1, texts.due]]) {
    await row(index).locator('.takes').nth(1).click();
    await field(name);
    await page.keyboard.press('Escape');
  }
  await page.locator('.dataset-rows tbody tr').nth(5).waitFor();
  await judge(page, `dataset parts ${language}`);
  await publish(page, say, texts.sales, { judge: () => judge(page, `dataset plan ${language}`) });

  await page.goto(`${base}/studio/datasets`);
  await page.locator('.tree-item').filter({ hasText: texts.sales }).first().click();
  await page.getByRole('link', { name: s('datasets.open_rows'), exact: true }).click();
  await page.locator('.grid-row').nth(5).waitFor();
  for (const words of [say('work', 'list.import'), say('work', 'list.bin')]) assert.equal(await page.getByText(words, { exact: true }).count(), 0, `no ${words} where nobody writes`);
  await page.getByRole('columnheader').filter({ hasText: texts.average }).waitFor();
  await judge(page, `dataset list ${language}`);
  await page.locator('.grid-row').first().locator('.grid-title-link').click();
  await page.locator('.form-section').first().waitFor();
  assert.equal(await page.getByRole('tab').count(), 0, 'a row has no history');
  await judge(page, `dataset card ${language}`);
}
