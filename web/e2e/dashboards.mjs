// The head of sales on the dashboard of the example: what it shows, of another year, of one person, and which records are
// behind a figure; then the same on a phone.
import assert from 'node:assert/strict';
import { judge, SIZES } from './browser.mjs';

const LABEL = { en: 'Sales of the department', ru: 'Продажи отдела' };

/** How many records a list counts by the condition that its address has. */
const counted = (page, entity) => page.evaluate(async (entity) => {
  const filter = new URLSearchParams(location.search).get('where') ?? undefined;
  const answer = await fetch(`/api/records/${entity}/query`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Verstak': '1' }, body: JSON.stringify({ select: ['id'], limit: 1, count: 'exact', filter }) });
  return (await answer.json()).count;
}, entity);

export async function dashboardStory(page, say, base, { language }) {
  const s = (path, values) => say('dashboards', path, values);
  const widget = (name) => page.locator(`[data-widget=${name}]`);
  const shown = async () => {
    await page.waitForFunction(() => document.querySelector('.dashboard-room')?.getAttribute('aria-busy') === 'false' && !document.querySelector('.dashboard-cell [aria-busy=true]'));
    assert.equal(await page.locator('.widget-failed').count(), 0, 'every widget is counted');
  };
  const number = async (place) => Number((await place.innerText()).replace(/\D/g, ''));

  await page.goto(`${base}/`);
  await page.getByRole('navigation', { name: say('common', 'nav.main') }).getByRole('link', { name: LABEL[language], exact: true }).click();
  await widget('by_month').locator('.chart-drawing svg').waitFor();
  await shown();
  await judge(page, `dashboard ${language}`);

  const stage = widget('deal_funnel').locator('.funnel-row').last();
  const won = await number(stage.locator('.funnel-bar'));
  await stage.click();
  await page.waitForURL(/\/e\/deal\?.*where=/);
  await page.locator('.grid-row').first().waitFor();
  assert.equal(await counted(page, 'deal'), won, 'the list has the records of the stage');
  await page.goBack();
  await shown();

  await page.getByRole('button', { name: new RegExp(`^${s('own_period')}`) }).click();
  const day = (path) => page.getByRole('textbox', { name: say('work', path), exact: true });
  await day('filter.from').fill(language === 'ru' ? '01.01.1997' : '1 Jan 1997');
  await day('filter.to').fill(language === 'ru' ? '31.12.1997' : '31 Dec 1997');
  await day('filter.to').press('Tab');
  await page.getByRole('button', { name: say('work', 'indicators.apply'), exact: true }).click();
  await page.waitForURL(/f\.period=1997-01-01\.\.1997-12-31/);
  await shown();
  assert.ok((await number(widget('deal_funnel').locator('.funnel-row').last().locator('.funnel-bar'))) < won, 'a year has fewer deals than all of them');
  assert.equal(await page.getByRole('radio', { checked: true }).innerText(), '1997');

  await page.getByRole('button', { name: { en: /^Owner/, ru: /^Ответственный/ }[language] }).click();
  await page.getByRole('button', { name: s('me'), exact: true }).click();
  await page.waitForURL(/f\.person=me/);
  await shown();
  await page.reload();
  await widget('deal_funnel').waitFor();
  assert.equal(await page.getByRole('radio', { checked: true }).innerText(), '1997', 'the address keeps the filters');
  await page.getByRole('button', { name: s('clear'), exact: true }).click();
  await page.waitForURL((url) => !url.search);

  await page.setViewportSize(SIZES.phone);
  try {
    await page.getByRole('button', { name: s('filters'), exact: true }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('radio', { name: say('work', 'indicators.year'), exact: true }).click();
    await page.waitForURL(/f\.period=this_year/);
    await judge(page, `dashboard filters ${language} phone`);
    await sheet.getByRole('button', { name: s('clear'), exact: true }).click();
    await sheet.getByRole('button', { name: s('show'), exact: true }).click();
    await shown();
    await widget('won').locator('.widget-indicator-value').click();
    await page.locator('.phone-row').first().waitFor();
  } finally {
    await page.setViewportSize(SIZES.desk);
  }
}
