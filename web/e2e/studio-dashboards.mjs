// An analyst's way from one number to a dashboard, without code: an indicator, a chart of what was won by month, a list of
// clients by the total that was composed before, a filter of the period; then the page that people open from the rail.
import assert from 'node:assert/strict';
import { judge } from './browser.mjs';
import { publish } from './studio.mjs';
import { yearLabel } from './totals.mjs';

const TEXTS = {
  en: { name: 'Morning of a salesperson', won: 'Won', stage: 'Stage', closed: 'Close date', company: 'Company', code: 'Code' },
  ru: { name: 'Утро менеджера', won: 'Выиграно', stage: 'Этап', closed: 'Дата закрытия', company: 'Компания', code: 'Код' },
};
const WON = { en: 'Won', ru: 'Выиграна' };

export async function drawDashboard(page, say, base, { language }) {
  const texts = TEXTS[language];
  const s = (path, values) => say('studio', path, values);
  const click = (role, name, root = page) => root.getByRole(role, { name, exact: true }).first().click();
  const panel = page.locator('.properties-body');
  const field = (name) => page.locator('.field-picker-name').filter({ hasText: new RegExp(`^${name}$`) }).first().click();
  const option = async (label, name) => {
    await panel.getByRole('combobox', { name: label, exact: true }).click();
    await click('option', name);
  };
  const path = (label) => panel.getByRole('button', { name: new RegExp(`^${label}: `) }).click();
  const item = (type) => page.locator('.board-item').filter({ has: page.getByRole('button', { name: new RegExp(`, ${s(`dashboards.${type}`)}: `) }) });
  const tile = (name) => page.locator('.board-palette').getByRole('button', { name, exact: true });

  await page.goto(`${base}/studio/dashboards`);
  await click('button', s('dashboards.add'));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill(texts.name);
  await judge(page, `dashboard new ${language}`);
  await click('button', s('dashboards.create'), dialog);
  await page.waitForURL('**/studio/dashboards/*');
  const name = new URL(page.url()).pathname.split('/').at(-1);
  await judge(page, `dashboard empty ${language}`);

  await tile(texts.won).click();
  await item('indicator').locator('.widget-indicator-value').waitFor();

  await tile(s('dashboards.chart')).click();
  await path(s('dashboards.axis'));
  await field(texts.closed);
  await click('button', s('condition.add'), panel);
  await field(texts.stage);
  await page.locator('form').getByLabel(say('work', 'filter.value'), { exact: true }).first().click();
  await page.getByRole('option', { name: WON[language], exact: true }).click();
  await page.keyboard.press('Escape');
  const done = page.getByRole('button', { name: say('common', 'action.done'), exact: true });
  if (await done.isVisible()) await done.click();
  await panel.locator('.chip').filter({ hasText: WON[language] }).waitFor();
  await item('chart').locator('svg path').first().waitFor();

  await tile(s('dashboards.list')).click();
  await option(s('measures.entity'), texts.company);
  // It begins with what tells of a record; what it brought is added, what does not help goes.
  await click('button', s('dashboards.remove_column', { name: texts.code }), panel);
  await click('button', s('dashboards.add_column'), panel);
  await field(yearLabel(language));
  await path(s('dashboards.sort'));
  await field(yearLabel(language));
  await item('list').locator('tbody tr').nth(3).waitFor();

  // Beside the indicator by mouse, wider by the keys.
  const list = item('list');
  const [from, to] = [await list.boundingBox(), await item('indicator').boundingBox()];
  await page.mouse.move(from.x + 60, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width + 80, to.y + 24, { steps: 8 });
  await page.mouse.up();
  await page.waitForTimeout(300);
  const now = await list.boundingBox();
  assert.ok(now.x !== from.x || now.y !== from.y, 'the list was dragged elsewhere');
  await list.locator('.board-cover').press('Shift+ArrowDown');
  await page.waitForTimeout(300);
  assert.ok((await list.boundingBox()).height > now.height, 'and is taller');

  await click('button', s('dashboards.to_settings'));
  await click('button', s('dashboards.add_filter'), panel);
  await click('menuitem', s('dashboards.filter_period'));
  await page.locator('.dashboard-filters').waitFor();
  await click('button', s('dashboards.more_of', { name: texts.name }));
  await click('menuitem', s('dashboards.to_navigation'));
  await click('button', s('dashboards.add_item'));
  await judge(page, `dashboard drawn ${language}`);
  await page.getByText(s('dashboards.phone'), { exact: true }).first().click({ force: true });
  await page.locator('.board-phone .dashboard-cell').nth(2).waitFor();
  await judge(page, `dashboard as phone ${language}`);
  await publish(page, say, texts.name);

  await page.locator(`.rail-item[href="/d/${name}"]`).click();
  await page.waitForURL(`**/d/${name}`);
  await page.getByRole('heading', { level: 1, name: texts.name }).waitFor();
  await page.locator('.widget-indicator-value').waitFor();
  const sums = await page.locator('.widget-list tbody tr').evaluateAll((rows) => rows.map((row) => Number(row.lastElementChild.textContent.replace(/[^\d,.]/g, '').replace(/[.,](?=\d\d$)/, '|').replace(/[.,]/g, '').replace('|', '.'))));
  assert.ok(sums.length > 3 && sums.every((one, at) => at === 0 || one <= sums[at - 1]), `clients by what they brought: ${sums.join(', ')}`);
  await page.locator('.widget-list tbody tr').first().filter({ hasText: 'Total Works' }).waitFor();
  await judge(page, `dashboard read ${language}`);
}
