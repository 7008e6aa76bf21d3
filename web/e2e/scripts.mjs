// A script developer's way: code with a mistake seen where it is, a button that calls it, a try that leaves nothing, and the
// button on a record.
import assert from 'node:assert/strict';
import { judge } from './browser.mjs';
import { publish } from './studio.mjs';

const TEXTS = {
  en: { script: 'Machine care', ru: 'Уход за станками', button: 'Inspect', value: 'Result', done: 'Inspected: sound', typed: 'sound' },
  ru: { script: 'Visit care', ru: 'Уход за визитами', button: 'Проверить', value: 'Итог', done: 'Inspected: исправно', typed: 'исправно' },
};

const SOURCE = 'fn inspect(record, parameters) {\nrecord.TITLE = `${parameters.value} ${record.TITLE}`;\n`Inspected: ${parameters.value}`';

const click = (page, role, name, options = {}) => page.getByRole(role, { name, exact: true, ...options }).first().click();

export async function scriptStory(page, say, base, { language, entity, label, field, record }) {
  const texts = TEXTS[language];
  const other = language === 'en' ? 'ru' : 'en';
  await page.goto(`${base}/studio/scripts`);
  await click(page, 'button', say('studio', 'scripts.add'));
  const code = page.getByRole('textbox', { name: say('studio', 'scripts.code') });
  await code.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(SOURCE.replaceAll('TITLE', field));
  await page.locator('.script-status .bad').first().waitFor();
  await page.locator('.cm-lint-marker-error').first().waitFor();
  await page.keyboard.insertText('\n}\n');
  await page.locator('.script-status .bad').first().waitFor({ state: 'detached' });
  await page.getByText('inspect(record, parameters)').first().waitFor();
  await judge(page, `script code ${language}`);

  await page.getByRole('tab').nth(1).click();
  const named = (name, of) => page.getByRole('textbox', { name: `${name}, ${say('studio', `language.${of}`)}` }).first();
  await named(say('studio', 'scripts.label'), 'en').fill(texts.script);
  await named(say('studio', 'scripts.label'), 'ru').fill(texts.ru);
  await click(page, 'button', say('studio', 'scripts.add_button'));
  await named(say('studio', 'scripts.button_label'), language).fill(texts.button);
  await named(say('studio', 'scripts.button_label'), other).fill(texts.button);
  await page.getByLabel(say('studio', 'scripts.entity'), { exact: true }).first().click();
  await click(page, 'option', label);
  await click(page, 'button', say('studio', 'scripts.add_parameter'));
  await named(say('studio', 'scripts.parameter_label'), language).fill(texts.value);
  await named(say('studio', 'scripts.parameter_label'), 'en').fill('Value');
  if (language === 'ru') await named(say('studio', 'scripts.parameter_label'), 'ru').fill(texts.value);
  await page.getByLabel(say('studio', 'scripts.required')).first().check();
  await judge(page, `script calls ${language}`);

  await page.getByRole('tab').first().click();
  await page.getByRole('combobox', { name: label }).or(page.getByLabel('record', { exact: true })).first().click();
  await page.getByRole('option').filter({ hasText: record }).first().click();
  await page.getByLabel(say('studio', 'scripts.value_of', { name: 'parameters' })).fill('{"value": "new"}');
  await click(page, 'button', say('studio', 'scripts.run'));
  await page.locator('.try-result').filter({ hasText: 'Inspected: new' }).waitFor();
  await judge(page, `script tried ${language}`);
  await publish(page, say, texts.script);

  await page.goto(`${base}/e/${entity}`);
  await page.getByText(record, { exact: false }).first().waitFor();
  const id = await page.evaluate(async (path) => (await (await fetch(path)).json()).items[0].id, `/api/records/${entity}?select=id&limit=1`);
  await page.goto(`${base}/e/${entity}/${id}`);
  await click(page, 'button', texts.button);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: texts.button }).click();
  await dialog.locator('.control-error').first().waitFor();
  await judge(page, `button asks ${language}`);
  await dialog.getByRole('textbox').first().fill(texts.typed);
  await dialog.getByRole('button', { name: texts.button }).click();
  await page.getByText(texts.done).first().waitFor();
  const title = page.getByRole('heading', { level: 1 });
  await title.filter({ hasText: `${texts.typed} ` }).waitFor();
  assert.equal(await dialog.count(), 0);
}
