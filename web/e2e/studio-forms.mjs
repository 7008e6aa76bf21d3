// An analyst's way to a form for a role, by mouse: the card as it is, a section of its own with a field, one behind a link and a
// list, shown on some records only; then a card as the role's people get it.
import assert from 'node:assert/strict';
import { judge } from './browser.mjs';
import { publish } from './studio.mjs';

const TEXTS = {
  en: { entity: 'Contact', name: 'contact', role: 'Sales', section: 'At work', field: 'Birthday', through: 'Company', behind: 'City', list: 'Deals', flag: 'Main contact', flagged: 'is_main' },
  ru: { entity: 'Товар', name: 'product', role: 'Продажи', section: 'Для склада', field: 'Артикул', through: 'Поставщик', behind: 'Город', list: 'Сделки', flag: 'Снят с продажи', flagged: 'discontinued' },
};

export async function drawForm(page, say, base, { language }) {
  const texts = TEXTS[language];
  const s = (path, values) => say('studio', path, values);
  const click = (role, name, root = page) => root.getByRole(role, { name, exact: true }).first().click();
  const panel = page.locator('.properties-body');
  const palette = page.locator('.board-palette');
  const part = (name, type) => page.locator('.form-layer').getByRole('button', { name: s('forms.part_label', { name, type: s(`forms.${type}`) }), exact: true });
  const drag = async (from, to, at) => {
    await from.scrollIntoViewIfNeeded();
    const [a, b] = [await from.boundingBox(), await to.boundingBox()];
    await page.mouse.move(a.x + 24, a.y + a.height / 2);
    await page.mouse.down();
    await page.mouse.move(b.x + b.width / 3, b.y + at, { steps: 6 });
    await page.locator('.form-drop-line, .form-drop-into').waitFor();
    await page.mouse.up();
  };

  await page.goto(`${base}/studio/forms`);
  await click('button', s('forms.add'));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').first().click();
  await click('option', texts.entity);
  await dialog.getByRole('combobox').nth(1).click();
  await click('option', texts.role);
  await page.keyboard.press('Escape');
  await judge(page, `form new ${language}`);
  await click('button', s('forms.create'), dialog);
  await page.waitForURL('**/studio/forms/*');
  const main = part(texts.entity, 'section');
  await main.waitFor();

  await drag(palette.locator('.palette-tile').filter({ hasText: new RegExp(`^${s('forms.section')}$`) }), main, 3);
  const heading = panel.getByRole('textbox', { name: `${s('dashboards.heading')}, ${s(`language.${language}`)}`, exact: true });
  await heading.fill(texts.section);
  const section = part(texts.section, 'section');
  await section.waitFor();

  // A field leaves its place by a key, and comes back elsewhere by mouse.
  await part(texts.field, 'field').click();
  await page.keyboard.press('Delete');
  const free = palette.getByRole('group', { name: s('forms.not_on'), exact: true }).getByRole('button', { name: texts.field, exact: true });
  await drag(free, section, 66);
  await free.waitFor({ state: 'detached' });
  await palette.getByRole('button', { name: new RegExp(`^${texts.through} ?\\d*$`) }).first().click();
  await drag(palette.getByRole('button', { name: `${texts.through} › ${texts.behind}`, exact: true }), part(texts.field, 'field'), 50);
  await part(`${texts.through} › ${texts.behind}`, 'field').waitFor();
  await palette.getByRole('button', { name: s('forms.list_of', { name: `${texts.through} › ${texts.list}` }), exact: true }).click();
  await part(`${texts.through} › ${texts.list}`, 'related').waitFor();

  await section.click({ position: { x: 200, y: 14 } });
  await click('button', s('condition.add'), panel);
  await page.locator('.field-picker-name').filter({ hasText: new RegExp(`^${texts.flag}$`) }).first().click();
  await click('button', say('common', 'action.done'));
  await panel.locator('.chip').filter({ hasText: texts.flag }).waitFor();
  await page.locator('.form-condition.words').waitFor();
  await judge(page, `form drawn ${language}`);
  await page.getByRole('tab', { name: new RegExp(`^${s('dashboards.tab_outline')}`) }).click();
  const row = page.getByRole('treeitem', { name: new RegExp(`^${texts.section}`) });
  await row.press('Alt+ArrowDown');
  await page.waitForFunction(([mine, other]) => { const rows = [...document.querySelectorAll('[role="treeitem"]')].map((one) => one.textContent); return rows.indexOf(mine) > rows.indexOf(other); }, [texts.section, texts.entity]);
  await click('button', s('frame.undo'));
  await click('button', s('forms.preview'));
  await page.locator('.form-preview .form-section').first().waitFor();
  await judge(page, `form preview ${language}`);
  await publish(page, say, texts.section);

  // One record of each kind.
  const [yes, no] = await page.evaluate(async ([entity, flagged]) => {
    const send = async (method, path, body) => (await fetch(`/api/records/${entity}${path}`, { method, headers: { 'Content-Type': 'application/json', 'X-Verstak': '1' }, body: JSON.stringify(body) })).json();
    const { items } = await send('POST', '/query', { select: ['id', 'version'], limit: 2 });
    for (const [at, { id, version }] of items.entries()) await send('PATCH', `/${id}`, { version, [flagged]: at === 0 });
    return items.map((one) => one.id);
  }, [texts.name, texts.flagged]);
  await page.goto(`${base}/studio/access?role=sales`);
  await click('button', s('access.see_as'));
  await page.locator('.preview-bar').waitFor();
  await page.goto(`${base}/e/${texts.name}/${yes}`);
  const shown = page.getByRole('region', { name: texts.section, exact: true });
  await shown.getByText(`${texts.through} › ${texts.behind}`, { exact: true }).waitFor();
  await judge(page, `form read ${language}`);
  await page.goto(`${base}/e/${texts.name}/${no}`);
  await page.getByRole('region', { name: texts.entity, exact: true }).waitFor();
  assert.equal(await shown.count(), 0, 'the section is there on some records only');
  await page.locator('.preview-bar').getByRole('button', { name: say('common', 'preview.leave'), exact: true }).click();
  await page.locator('.access-table').waitFor();
}
