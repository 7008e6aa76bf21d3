// Steps of the story in the Studio, by what a person sees.
import assert from 'node:assert/strict';

const NEW_FIELD = (say) => say('studio', 'fields.new');

/** Makes an entity by the dialog, with fields typed one after another. */
export async function addEntity(page, say, { en, ru, plural, fields }) {
  await page.getByRole('link', { name: say('common', 'nav.studio'), exact: true }).click();
  await page.getByRole('button', { name: say('studio', 'overview.add') }).first().click();
  const dialog = page.getByRole('dialog', { name: say('studio', 'new.title') });
  const input = (label, language) => dialog.getByRole('textbox', { name: `${say('studio', label)}, ${say('studio', `language.${language}`)}`, exact: true });
  await input('entity.label', 'en').fill(en);
  await input('entity.label', 'ru').fill(ru);
  await input('entity.plural', 'en').fill(plural.en);
  await input('entity.plural', 'ru').fill(plural.ru);
  await dialog.getByRole('button', { name: say('studio', 'new.create') }).click();
  for (const field of fields) await addField(page, say, field);
}

/** Types a name into the last row and presses Enter; the type is guessed. */
export async function addField(page, say, name) {
  const input = page.getByRole('textbox', { name: NEW_FIELD(say) });
  await input.fill(name);
  await input.press('Enter');
  await nameOf(page, say, name).waitFor();
}

export const nameOf = (page, say, name) => page.getByRole('textbox', { name: say('studio', 'fields.name_of', { name }), exact: true });

/** The words of the type at the field's row. */
export async function typeOf(page, say, name) {
  const row = page.getByRole('row').filter({ has: nameOf(page, say, name) });
  return (await row.getByRole('button', { name: new RegExp(`^${say('studio', 'fields.type')}`) }).innerText()).trim();
}

/** Adds a field that is calculated from another one, picked in the attribute tree. */
export async function addCalculated(page, say, name, from, rest) {
  await addField(page, say, name);
  await nameOf(page, say, name).click();
  const panel = page.locator('.properties-body');
  const how = panel.getByRole('radiogroup', { name: say('studio', 'properties.filled_how'), exact: true });
  await how.getByText(say('studio', 'properties.filled_formula'), { exact: true }).click();
  await panel.getByRole('button', { name: say('studio', 'expression.field'), exact: true }).click();
  await page.locator('.field-picker-name').filter({ hasText: from }).first().click();
  const formula = panel.getByRole('textbox', { name: say('studio', 'properties.formula'), exact: true });
  await formula.press('End');
  await formula.pressSequentially(rest);
  const when = panel.getByRole('radiogroup', { name: say('studio', 'properties.formula_when'), exact: true });
  await when.getByText(say('studio', 'properties.formula_stored'), { exact: true }).click();
  await panel.getByText(say('studio', 'properties.formula_open_text'), { exact: true }).waitFor();
}

export async function renameField(page, say, from, to) {
  await nameOf(page, say, from).fill(to);
}

/** Adds values to a choice field in its small editor. */
export async function addChoices(page, say, field, values) {
  const row = page.getByRole('row').filter({ has: nameOf(page, say, field) });
  await row.getByRole('button', { name: new RegExp(`^${say('studio', 'fields.value_of', { name: field, value: '' })}`) }).click();
  const editor = page.locator('.value-editor');
  for (const value of values) {
    const input = editor.getByRole('textbox', { name: say('studio', 'choices.new') });
    await input.fill(value);
    await input.press('Enter');
  }
  await page.keyboard.press('Escape');
}

/** Opens the releases, agrees to what is hidden, publishes, and gives the number of the new revision. */
export async function publish(page, say, note, { consent = false, judge } = {}) {
  await page.getByRole('link', { name: new RegExp(`^${say('studio', 'frame.publish')}`) }).click();
  const side = page.getByRole('region', { name: say('studio', 'release.before') });
  await side.getByLabel(say('studio', 'release.note')).fill(note);
  const steps = page.locator('.step');
  await steps.first().waitFor();
  await judge?.();
  for (const box of consent ? await side.getByRole('checkbox').all() : []) await box.check();
  const button = side.locator('button[data-size="md"]');
  await button.click();
  const done = page.locator('.state h2');
  await done.waitFor();
  const number = Number(/\d+/.exec(await done.innerText())?.[0]);
  assert.ok(number > 0, 'a revision number is shown');
  await page.getByRole('button', { name: say('studio', 'release.stay') }).click();
  return number;
}

/** Puts a revision's documents into the draft. */
export async function restore(page, say, revision) {
  await page.getByRole('link', { name: say('studio', 'crumb.releases'), exact: true }).click();
  const button = page.getByRole('button', { name: `${say('studio', 'release.restore')} ${revision}`, exact: true });
  await button.focus();
  await button.click();
  await page.locator('.step').first().waitFor();
}

/** Puts a hidden field back into the draft. */
export async function putBack(page, say, field) {
  await page.getByRole('link', { name: say('studio', 'crumb.releases'), exact: true }).click();
  const hidden = page.getByRole('region', { name: say('studio', 'hidden.title'), exact: true });
  await hidden.getByRole('button', { name: new RegExp(`^${say('studio', 'hidden.restore')}: .* ${field}$`) }).click();
  await hidden.getByRole('button', { name: new RegExp(`^${say('studio', 'hidden.in_draft')}: .* ${field}$`) }).waitFor();
}

/** Changes the technical name of the entity on the screen. */
export async function renameEntity(page, say, to) {
  await page.getByText(say('studio', 'properties.details'), { exact: true }).first().click();
  await page.getByRole('textbox', { name: say('studio', 'properties.technical_name') }).fill(to);
  await page.getByRole('button', { name: say('studio', 'properties.rename'), exact: true }).click();
  await page.waitForURL(`**/studio/model/${to}`);
}

/** Takes the last rename back and does it again; the page goes along. */
export async function undoRename(page, say, from, to) {
  await page.getByRole('button', { name: say('studio', 'frame.undo'), exact: true }).click();
  await page.waitForURL(`**/studio/model/${from}`);
  await page.getByRole('button', { name: say('studio', 'frame.redo'), exact: true }).click();
  await page.waitForURL(`**/studio/model/${to}`);
}

/** Draws a link that leads nowhere: the draft does not take it, a reload does not lose it, nothing is published; then gives it up. */
export async function keepRefused(page, say, name) {
  const leave = (dialog) => void dialog.accept();
  const refused = () => page.locator('.studio-save').filter({ hasText: say('studio', 'save.refused') }).waitFor();
  page.on('dialog', leave);
  await addField(page, say, name);
  const row = page.getByRole('row').filter({ has: nameOf(page, say, name) });
  await row.getByRole('button', { name: new RegExp(`^${say('studio', 'fields.type')}`) }).click();
  await page.getByRole('option', { name: say('studio', 'type.link'), exact: true }).click();
  await refused();
  await page.reload();
  await refused();
  await nameOf(page, say, name).waitFor();
  await page.getByRole('link', { name: new RegExp(`^${say('studio', 'frame.publish')}`) }).click();
  await page.locator('.releases-main').getByText(say('studio', 'mistake.link'), { exact: true }).waitFor();
  const side = page.getByRole('region', { name: say('studio', 'release.before') });
  assert.ok(await side.locator('button[data-size="md"]').isDisabled(), 'what the draft did not take stops a publish');
  await side.getByRole('button', { name: say('studio', 'release.discard_all'), exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: say('studio', 'release.discard'), exact: true }).click();
  await page.getByText(say('studio', 'release.nothing'), { exact: true }).waitFor();
  page.off('dialog', leave);
}
