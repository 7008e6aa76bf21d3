// What a person does all day, step by step, by what is seen: filters, keys, inline edit, marks, undo, the bin, the card, files, conflict.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

/** All of it, in order. */
export async function day(page, say, base) {
  await filters(page, say, base);
  await file(page, say);
  await keys(page, say, base);
  await inline(page, say, base);
  await many(page, say, base);
  await board(page, say, base);
  await calendar(page, say, base);
  await planner(page, say, base);
  await conflict(page, say, base, await card(page, say, base));
}

const rows = (page) => page.locator('.grid-row');
const toast = (page, text) => page.locator('.toast').filter({ hasText: text }).last();
const titleOf = (row) => row.locator('.grid-title-link').innerText();

/** A deal goes from stage to stage on the board: by the mouse, back by the toast, by the card's menu, by keys. */
export async function board(page, say, base) {
  const stages = await page.evaluate(async () => (await (await fetch('/api/meta/catalog')).json()).entities.find((one) => one.name === 'deal').fields.find((one) => one.name === 'stage').choices.map((choice) => choice.label));
  const column = (index) => page.locator('.board-place').nth(index);
  const count = async (index) => Number((await column(index).locator('.board-count').innerText()).replace(/\D.*/, ''));
  const holds = (index, wanted) => page.waitForFunction(([at, n]) => parseInt(document.querySelectorAll('.board-place')[at]?.querySelector('.board-count')?.textContent ?? '', 10) === n, [index, wanted]);
  await page.goto(`${base}/e/deal`);
  await rows(page).first().waitFor();
  await page.getByRole('button', { name: say('work', 'layout.kanban'), exact: true }).click();
  await page.waitForURL(/[?&]as=kanban/);
  const card = column(3).locator('.board-card').first();
  await card.waitFor();
  const title = await card.locator('.board-card-title').innerText();
  const [there, here] = [await count(3), await count(2)];
  const [from, to] = [await card.boundingBox(), await column(2).boundingBox()];
  await page.mouse.move(from.x + 30, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 10, from.y + 40, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + 200, { steps: 10 });
  await page.mouse.up();
  await toast(page, say('work', 'board.moved', { title, to: stages[2] })).waitFor();
  await holds(2, here + 1);
  await holds(3, there - 1);
  await toast(page, title).getByRole('button', { name: new RegExp(`^${say('common', 'action.undo')}`) }).click();
  await holds(3, there);
  const again = column(3).locator('.board-card').filter({ hasText: title }).first();
  await again.hover();
  await again.getByRole('button', { name: say('work', 'board.card_menu', { title }), exact: true }).click();
  await page.getByRole('menuitem', { name: stages[2], exact: true }).click();
  await holds(2, here + 1);
  const moved = column(2).locator('.board-card').filter({ hasText: title }).first();
  await moved.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await holds(2, here);
  await holds(3, there);
  await page.reload();
  await column(3).locator('.board-card').filter({ hasText: title }).first().waitFor();
}

/** A deal goes from day to day in the calendar: by the mouse, back by the toast, by its menu, drawn longer, by keys. */
export async function calendar(page, say, base) {
  const [year, month] = [new Date().getFullYear(), new Date().getMonth()];
  const iso = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
  // A Tuesday, so that nothing reaches into another week.
  const first = new Date(year, month, 8 + ((9 - new Date(year, month, 8).getDay()) % 7));
  const day = (more) => iso(new Date(year, month, first.getDate() + more));
  const title = `Lies in time ${Date.now()}`;
  const company = await post(page, '/api/records/company', { name: `${title} company`, type: 'customer' });
  const deal = await post(page, '/api/records/deal', { title, company: company.id, opened_on: day(0), close_date: day(1) });
  const lies = (from, to) => page.waitForFunction(async ([id, start, end]) => { const now = await (await fetch(`/api/records/deal/${id}?select=opened_on,close_date`)).json(); return now.opened_on === start && now.close_date === end; }, [deal.id, day(from), day(to)], { polling: 200 });
  const drag = async (from, to) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 8, from.y + 6, { steps: 3 });
    await page.mouse.move(to.x, to.y, { steps: 8 });
    await page.mouse.up();
  };
  await page.goto(`${base}/e/deal?q=${encodeURIComponent(title)}&as=calendar,start:opened_on,end:close_date,color_by:stage`);
  const bar = page.locator('.bar-item').filter({ hasText: title }).first();
  const cell = async (more) => { const box = await page.locator(`.week-day[data-day="${day(more)}"]`).boundingBox(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; };
  await bar.waitFor();
  let at = await bar.boundingBox();
  const grabbed = await cell(0);
  await drag({ x: grabbed.x, y: at.y + 8 }, await cell(2));
  await lies(2, 3);
  await toast(page, title).getByRole('button', { name: new RegExp(`^${say('common', 'action.undo')}`) }).click();
  await lies(0, 1);
  await page.waitForFunction(([text, x]) => Math.abs([...document.querySelectorAll('.bar-item')].find((one) => one.textContent.includes(text))?.getBoundingClientRect().x - x) < 4, [title, at.x]);
  at = await bar.boundingBox();
  await drag({ x: at.x + at.width - 3, y: at.y + 10 }, await cell(3));
  await lies(0, 3);
  await bar.hover();
  await bar.getByRole('button', { name: say('work', 'board.card_menu', { title }), exact: true }).click();
  await page.getByRole('menuitem', { name: say('work', 'calendar.day_later'), exact: true }).click();
  await lies(1, 4);
  await bar.focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await lies(0, 3);
  await page.locator(`.week-day[data-day="${day(-1)}"]`).click({ position: { x: 40, y: 60 } });
  await page.getByRole('dialog').or(page.locator('.form-grid, form')).first().waitFor();
  await page.keyboard.press('Escape');
}

/** A deal goes from one to another in the planner: by the mouse, back by the toast, by its menu. */
export async function planner(page, say, base) {
  const today = await page.evaluate(() => { const now = new Date(); return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`; });
  const title = `Planned ${Date.now()}`;
  const people = (await post(page, '/api/records/employee/query', { select: ['id', 'name'], limit: 2, sort: ['name'] })).items;
  const company = await post(page, '/api/records/company', { name: `${title} company`, type: 'customer' });
  const deal = await post(page, '/api/records/deal', { title, company: company.id, opened_on: today, close_date: today, manager: people[0].id });
  const isOf = (person) => page.waitForFunction(async ([id, wanted]) => (await (await fetch(`/api/records/deal/${id}?select=manager`)).json()).manager?.id === wanted, [deal.id, person.id], { polling: 200 });
  await page.goto(`${base}/e/deal?q=${encodeURIComponent(title)}&as=planner,group_by:manager,start:opened_on,end:close_date&at=week`);
  const bar = (person) => page.locator(`[data-row="${person.id}"] .bar-item`).filter({ hasText: title }).first();
  await bar(people[0]).waitFor();
  await page.locator(`[data-row="${people[1].id}"]`).waitFor();
  const [from, to] = [await bar(people[0]).boundingBox(), await page.locator(`[data-row="${people[1].id}"] .plan-days`).boundingBox()];
  await page.mouse.move(from.x + from.width / 2, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 6, from.y + 14, { steps: 3 });
  await page.mouse.move(from.x + from.width / 2, to.y + to.height / 2, { steps: 8 });
  await page.mouse.up();
  await isOf(people[1]);
  await toast(page, title).getByRole('button', { name: new RegExp(`^${say('common', 'action.undo')}`) }).click();
  await isOf(people[0]);
  await bar(people[0]).hover();
  await bar(people[0]).getByRole('button', { name: say('work', 'board.card_menu', { title }), exact: true }).click();
  await page.getByRole('menuitem', { name: people[1].name ?? '', exact: true }).click();
  await isOf(people[1]);
  await bar(people[1]).waitFor();
}

/** A filter through a relation, kept in the address. */
export async function filters(page, say, base) {
  await page.goto(`${base}/e/deal`);
  await rows(page).first().waitFor();
  await page.getByRole('button', { name: say('work', 'filter.add'), exact: true }).click();
  const company = await labelOf(page, 'deal', 'company');
  await page.getByRole('button', { name: say('work', 'filter.open_relation', { label: company }), exact: true }).click();
  await page.locator('.field-picker-name').filter({ hasText: new RegExp(`^${await labelOf(page, 'company', 'city')}$`) }).click();
  const form = page.locator('form').filter({ has: page.getByLabel(say('work', 'filter.operator'), { exact: true }) });
  await form.getByLabel(say('work', 'filter.value'), { exact: true }).first().fill('Graz');
  await page.keyboard.press('Escape');
  await page.waitForURL(/[?&]f=/);
  await page.locator('.chip.through').waitFor();
  await page.waitForFunction(() => { const row = document.querySelector('.grid-row'); return row && row.textContent.includes('Ernst Handel'); });
  await page.reload();
  await page.locator('.chip.through').waitFor();
  await rows(page).first().waitFor();
}

/** The list as it stands, taken out as a file that the browser keeps. */
export async function file(page, say) {
  const kept = page.waitForEvent('download');
  await page.getByRole('button', { name: say('work', 'export.title'), exact: true }).click();
  await page.getByRole('menuitem', { name: say('work', 'export.csv') }).click();
  const text = await readFile(await (await kept).path(), 'utf8');
  const [head, ...lines] = text.trim().split(/\r?\n/);
  assert.ok(head.includes(await labelOf(page, 'deal', 'company')), head);
  assert.ok(lines.length > 0 && lines.every((line) => line.includes('Ernst Handel')), `${lines.length} lines of the only company there`);
}

const labelOf = (page, entity, field) => page.evaluate(async ([name, wanted]) => (await (await fetch('/api/meta/catalog')).json()).entities.find((one) => one.name === name).fields.find((one) => one.name === wanted).label, [entity, field]);

/** The keys of the list: they go by the place of the key, so that they work on the Russian layout too. */
export async function keys(page, say, base) {
  await page.goto(`${base}/e/deal?sort=number`);
  await rows(page).nth(4).waitFor();
  const press = (code, key, options = {}) => page.evaluate(([where, what, more]) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { code: where, key: what, bubbles: true, cancelable: true, ...more })), [code, key, options]);
  await press('KeyJ', 'о');
  await press('KeyJ', 'о');
  await press('Space', ' ');
  const second = await titleOf(rows(page).nth(1));
  await page.locator('.peek .peek-title').filter({ hasText: second }).waitFor();
  await press('KeyJ', 'о');
  const third = await titleOf(rows(page).nth(2));
  await page.locator('.peek .peek-title').filter({ hasText: third }).waitFor();
  await press('KeyX', 'ч');
  await page.locator('.bulk-bar').waitFor();
  await press('KeyK', 'л');
  await page.locator('.peek .peek-title').filter({ hasText: second }).waitFor();
  assert.equal(await page.locator('.bulk-bar').count(), 1, 'what is marked stays marked while the peek moves');
  await press('Escape', 'Escape');
  await page.locator('.peek').waitFor({ state: 'detached' });
  await press('Escape', 'Escape');
  await page.locator('.bulk-bar').waitFor({ state: 'detached' });
  await press('Enter', 'Enter');
  await page.waitForURL(/\/e\/deal\/[0-9a-f-]{36}/);
  await page.getByRole('heading', { level: 1, name: second }).waitFor();
  await press('KeyJ', 'о');
  await page.getByRole('heading', { level: 1, name: third }).waitFor();
  await press('Escape', 'Escape');
  await page.waitForURL(/\/e\/deal(\?|$)/);
  await rows(page).first().waitFor();
  await press('Slash', '.');
  await page.waitForFunction(() => document.activeElement?.id === 'list-search');
  await page.keyboard.type('jc?');
  assert.match(page.url(), /\/e\/deal/, 'keys do nothing while a person types');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await press('KeyG', 'п');
  await press('KeyH', 'р');
  await page.waitForURL((url) => url.pathname === '/');
  await press('Slash', ',', { shiftKey: true });
  await page.locator('.shortcut-list').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.shortcut-list').waitFor({ state: 'detached' });
}

/** A cell changed where it stands, and put back by Undo and by Ctrl+Z. */
export async function inline(page, say, base) {
  // The amount of a deal that is won is locked.
  await page.goto(`${base}/e/deal?sort=number&f=${encodeURIComponent('[["stage","any",["negotiation"]]]')}`);
  const cell = rows(page).first().locator('.grid-cell').nth(3);
  await cell.waitFor();
  const before = await cell.innerText();
  const change = async (text) => {
    await cell.dblclick();
    await page.locator('#cell-input').fill(text);
    await page.keyboard.press('Enter');
  };
  await change('1234,5');
  await page.waitForFunction(() => /1[\s,\u00a0\u202f]?234[.,]50/.test(document.querySelector('.grid-row .grid-cell:nth-of-type(5)')?.textContent ?? ''));
  await toast(page, say('common', 'action.undo')).getByRole('button', { name: new RegExp(say('common', 'action.undo')) }).click();
  await page.waitForFunction((was) => document.querySelector('.grid-row .grid-cell:nth-of-type(5)')?.textContent === was, before);
  await change('777');
  await page.locator('.toast').last().waitFor();
  await page.keyboard.press('Control+z');
  await page.waitForFunction((was) => document.querySelector('.grid-row .grid-cell:nth-of-type(5)')?.textContent === was, before);
  await change('not a number');
  await page.locator('.cell-editor .control-error').waitFor();
  assert.equal(await page.locator('#cell-input').inputValue(), 'not a number', 'what is no number stays in its cell with the reason');
  await page.keyboard.press('Escape');
  await page.locator('#cell-input').waitFor({ state: 'detached' });
  assert.equal(await cell.innerText(), before, 'what is no number changes nothing');
}

/** Many at once: a field changed and put back, records deleted, found in the bin, restored. */
export async function many(page, say, base) {
  const mark = `Bin${Date.now()}`;
  await page.goto(`${base}/e/product?sort=code`);
  await rows(page).nth(3).waitFor();
  for (const index of [1, 2]) await rows(page).nth(index).locator('input[type=checkbox]').click();
  await page.getByRole('button', { name: say('work', 'list.edit_field'), exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(say('work', 'list.field'), { exact: true }).click();
  await page.getByRole('option', { name: await labelOf(page, 'product', 'packaging'), exact: true }).click();
  await dialog.getByLabel(say('work', 'filter.value'), { exact: true }).fill('by the box');
  await dialog.getByRole('button', { name: say('common', 'action.save'), exact: true }).click();
  await rows(page).nth(1).getByText('by the box').waitFor();
  await rows(page).nth(2).getByText('by the box').waitFor();
  await page.locator('.toast-undo').last().click();
  await rows(page).nth(1).getByText('by the box').waitFor({ state: 'detached' });
  // A product that a deal holds cannot go: a fresh one can.
  for (const name of [`${mark} one`, `${mark} two`]) await post(page, '/api/records/company', { name, type: 'partner' });
  await page.goto(`${base}/e/company?q=${mark}`);
  await rows(page).nth(1).waitFor();
  for (const index of [0, 1]) await rows(page).nth(index).locator('input[type=checkbox]').click();
  await page.locator('.bulk-bar').getByRole('button', { name: say('common', 'action.delete'), exact: true }).click();
  await rows(page).first().waitFor({ state: 'detached' });
  await page.locator('.toast-undo').last().click();
  await rows(page).nth(1).waitFor();
  for (const index of [0, 1]) await rows(page).nth(index).locator('input[type=checkbox]').click();
  await page.locator('.bulk-bar').getByRole('button', { name: say('common', 'action.delete'), exact: true }).click();
  await rows(page).first().waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: new RegExp(say('work', 'list.bin')) }).click();
  await rows(page).nth(1).waitFor();
  for (const index of [0, 1]) await rows(page).nth(index).locator('input[type=checkbox]').click();
  await page.locator('.bulk-bar').getByRole('button', { name: say('work', 'list.restore'), exact: true }).click();
  await rows(page).first().waitFor({ state: 'detached' });
  await page.getByRole('tab').first().click();
  await rows(page).nth(1).waitFor();
}

export const post = (page, path, body, method = 'POST') => page.evaluate(async ([verb, address, value]) => {
  const answer = await fetch(address, { method: verb, headers: { 'Content-Type': 'application/json', 'X-Verstak': '1' }, body: JSON.stringify(value) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}, [method, path, body]);

/** The card: a link made in place, a line with its total, a file, a rule broken and told at the field and above, history. */
export async function card(page, say, base) {
  const company = await post(page, '/api/records/company', { name: 'Card Works', type: 'customer' });
  const deal = await post(page, '/api/records/deal', { title: 'Card deal', company: company.id });
  await page.goto(`${base}/e/deal/${deal.id}`);
  const contact = page.locator('#field-contact');
  await contact.click();
  await contact.fill('Zoe Newcomer');
  await page.getByRole('option', { name: new RegExp('Zoe Newcomer') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: say('work', 'create.submit'), exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.waitForFunction(() => [...document.querySelectorAll('input')].some((input) => input.value === 'Zoe Newcomer'));
  await page.locator('.save-state').filter({ hasText: say('work', 'card.saved') }).waitFor();
  // Lines.
  await page.getByRole('button', { name: say('work', 'lines.add'), exact: true }).click();
  await page.locator('#cell-input').fill('Chai');
  await page.getByRole('option', { name: /^C?\s*Chai$/ }).first().click();
  await page.locator('.save-state').filter({ hasText: say('work', 'lines.not_saved', { number: 1 }) }).waitFor();
  await page.keyboard.press('Tab');
  // The columns stand as the form of the example has them: how many, and at what price.
  await page.locator('#cell-input').fill('2');
  await page.keyboard.press('Tab');
  await page.locator('#cell-input').fill('18');
  await page.keyboard.press('Tab');
  await page.locator('.save-state').filter({ hasText: say('work', 'card.saved') }).waitFor();
  // A stage that asks for what is shown only then.
  assert.equal(await page.locator('#field-lost_reason').count(), 0, 'a deal that is not lost has no reason');
  await page.getByRole('button', { name: await choiceOf(page, 'deal', 'stage', 'lost'), exact: true }).click();
  await page.locator('.form-errors').waitFor();
  assert.ok((await page.locator('.form-field .control-error, .form-field [data-error]').count()) > 0, 'the field says what is wrong');
  await page.locator('#field-lost_reason').fill('Too dear');
  await page.keyboard.press('Tab');
  // A file: where its section is empty, it waits behind its name.
  const file = page.locator('input[type=file]').first();
  if ((await file.count()) === 0) await page.getByRole('button', { name: await sectionOf(page, 'deal', 'more'), exact: true }).click();
  await file.setInputFiles({ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('an offer') });
  await page.locator('.file-row').filter({ hasText: 'offer.txt' }).waitFor();
  await page.getByRole('complementary', { name: say('work', 'card.history'), exact: true }).locator('.history-item').nth(1).waitFor();
  return deal.id;
}

const sectionOf = (page, entity, name) => page.evaluate(async ([wanted, section]) => (await (await fetch('/api/meta/catalog')).json()).entities.find((one) => one.name === wanted).form.tabs.flatMap((tab) => tab.components).find((one) => one.name === section).label, [entity, name]);

const choiceOf = (page, entity, field, value) => page.evaluate(async ([name, wanted, choice]) => (await (await fetch('/api/meta/catalog')).json()).entities.find((one) => one.name === name).fields.find((one) => one.name === wanted).choices.find((one) => one.value === choice).label, [entity, field, value]);

/** Two people change one field: the second sees both values and chooses. */
export async function conflict(page, say, base, id) {
  await page.goto(`${base}/e/deal/${id}`);
  const title = page.locator('#field-title');
  await title.waitFor();
  await title.fill('Mine');
  const now = await page.evaluate(async (address) => (await fetch(address)).json(), `/api/records/deal/${id}?select=version`);
  await post(page, `/api/records/deal/${id}`, { title: 'Theirs', version: now.version }, 'PATCH');
  await page.waitForTimeout(800);
  await title.press('Tab');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Theirs', { exact: true }).waitFor();
  await dialog.getByText('Mine', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: say('work', 'conflict.save'), exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Mine' }).waitFor();
}
