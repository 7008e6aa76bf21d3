// Access by mouse: an analyst gives a role a rule, a plain user sees the effect without signing in again, the explanation says why,
// a share opens one record, and a preview shows what the role sees.
import assert from 'node:assert/strict';
import { judge, openBrowser, textsOf } from './browser.mjs';
import { publish } from './studio.mjs';

const PASSWORD = 'Cold-room shelving 43';

/** Makes a plain user of a role by the administrator's session, who proves first who they are. */
async function makeUser(page, password, user) {
  const statuses = await page.evaluate(async ([proof, made]) => {
    const post = async (path, body) => {
      const answer = await fetch(`/api/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Verstak': '1' }, body: JSON.stringify(body) });
      return answer.status;
    };
    return [await post('auth/confirm', proof), await post('records/user', made)];
  }, [{ password }, user]);
  assert.deepEqual(statuses, [204, 201], 'the plain user is made');
}

/** Opens a mark of the matrix and chooses a state in its menu. */
async function pick(page, say, { role, entity, operation, from, to }) {
  const label = say('studio', 'access.mark', { role, entity, operation: say('studio', `operation.${operation}`), state: say('studio', `access.${from}`) });
  await page.getByRole('button', { name: label, exact: true }).click();
  await page.getByRole('menuitem', { name: say('studio', `access.${to}`), exact: true }).click();
}

/** Adds a condition over the attribute tree to the rule of reading, sees it kept, and takes it away again. */
async function composed(page, say, { name, city }) {
  const rule = page.locator('[data-operation="read"]');
  await rule.getByRole('button', { name: say('studio', 'condition.add'), exact: true }).click();
  await page.locator('.field-picker').getByText(city, { exact: true }).click();
  const value = page.getByLabel(say('work', 'filter.value'), { exact: true });
  await value.fill(name);
  await page.getByRole('button', { name: say('common', 'action.done'), exact: true }).click();
  const chip = rule.locator('.condition-chips').getByText(name, { exact: true });
  await chip.waitFor();
  await judge(page, 'a rule by mouse');
  await rule.getByRole('button', { name: say('studio', 'condition.write'), exact: true }).click();
  const text = await rule.getByRole('textbox').innerText();
  assert.ok(text.startsWith('owner == user && city') && text.includes(name), text);
  await rule.getByRole('button', { name: say('studio', 'condition.compose'), exact: true }).click();
  await rule.getByRole('button', { name: say('work', 'filter.remove', { label: city }), exact: true }).click();
  await chip.waitFor({ state: 'detached' });
}

async function choose(page, label, words) {
  const input = page.getByLabel(label, { exact: true }).first();
  await input.click();
  await input.fill(words);
  await page.getByRole('option', { name: words }).first().click();
}

export async function accessStory(desk, base, { language, password, step }) {
  const say = await textsOf(language);
  const words = { en: { role: 'Sales', entity: 'Company', city: 'City', name: 'Pavel Plain' }, ru: { role: 'Продажи', entity: 'Компания', city: 'Город', name: 'Пётр Простов' } }[language];
  const { page } = desk;
  await makeUser(page, password, { email: `plain.${language}@example.com`, name: words.name, roles: ['sales'], password: PASSWORD });
  const plain = await openBrowser({ language });
  try {
    await plain.page.goto(`${base}/login`);
    await plain.page.evaluate((wanted) => localStorage.setItem('verstak.language', wanted), language);
    await plain.page.goto(`${base}/login`);
    await plain.page.getByLabel(say('work', 'signin.email')).fill(`plain.${language}@example.com`);
    await plain.page.getByRole('textbox', { name: say('work', 'signin.password') }).fill(PASSWORD);
    await plain.page.getByRole('button', { name: say('work', 'signin.submit'), exact: true }).click();
    await plain.page.waitForURL((url) => !url.pathname.startsWith('/login'));
    await plain.page.goto(`${base}/e/company`);
    const rows = plain.page.locator('.grid-row');
    await rows.first().waitFor();
    const title = (await rows.first().locator('.grid-title-link').innerText()).trim();

    step('an analyst gives a role a rule by mouse');
    await page.goto(`${base}/studio/access`);
    await page.locator('.access-table').waitFor();
    await judge(page, `access ${language}`);
    await pick(page, say, { ...words, operation: 'read', from: 'always', to: 'condition' });
    await page.locator('[data-operation="read"]').getByText(say('studio', 'access.ready_mine')).waitFor();
    await composed(page, say, words);
    await pick(page, say, { ...words, operation: 'share', from: 'never', to: 'always' });
    await judge(page, `access with a rule ${language}`);
    await publish(page, say, `access ${language}`);

    step('a plain user sees the effect without signing in again');
    await plain.page.locator('.grid-row').first().waitFor({ state: 'detached' });

    step('the explanation says why');
    const found = await page.evaluate(async (name) => {
      const answer = await fetch('/api/records/company/query', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Verstak': '1' }, body: JSON.stringify({ select: ['id'], filter: `name == ${JSON.stringify(name)}`, limit: 1 }) });
      return (await answer.json()).items[0].id;
    }, title);
    await page.goto(`${base}/e/company/${found}`);
    await page.getByRole('button', { name: say('work', 'card.more') }).first().click();
    await page.getByRole('menuitem', { name: say('work', 'card.explain') }).click();
    const drawer = page.getByRole('dialog', { name: say('studio', 'explain.title') });
    await choose(page, say('studio', 'explain.who'), words.name);
    const verdict = drawer.locator('.explain-verdict');
    await verdict.waitFor();
    assert.ok((await verdict.innerText()).includes(words.name), 'the verdict names the person');
    await drawer.locator('.explain-step.failed').filter({ hasText: say('studio', 'access.ready_mine') }).waitFor();
    await judge(page, `explain ${language}`);

    step('a share opens the one record');
    await drawer.getByRole('button', { name: say('studio', 'explain.share'), exact: true }).click();
    await drawer.locator('.explain-verdict.passed').waitFor();
    await plain.page.goto(`${base}/e/company`);
    await plain.page.locator('.grid-row').first().waitFor();
    assert.equal(await plain.page.locator('.grid-row').count(), 1, 'one company is open');
    await page.goto(`${base}/e/company/${found}`);
    await page.getByRole('button', { name: say('work', 'card.more') }).first().click();
    await page.getByRole('menuitem', { name: say('work', 'share.open') }).click();
    await page.getByRole('listitem').filter({ hasText: words.name }).waitFor();
    await judge(page, `share ${language}`);
    await page.getByRole('button', { name: say('work', 'share.end', { name: words.name }), exact: true }).click();
    await page.getByText(say('work', 'share.none')).waitFor();

    step('a preview shows what the role sees');
    await page.goto(`${base}/studio/access?role=sales`);
    await page.getByRole('button', { name: say('studio', 'access.see_as'), exact: true }).click();
    const bar = page.locator('.preview-bar');
    await bar.waitFor();
    await page.goto(`${base}/e/deal`);
    await bar.waitFor();
    await judge(page, `preview ${language}`);
    await bar.getByRole('button', { name: say('common', 'preview.leave'), exact: true }).click();
    await page.locator('.access-table').waitFor();
    assert.equal(await page.locator('.preview-bar').count(), 0);

    step('the rule is taken back');
    await pick(page, say, { ...words, operation: 'read', from: 'condition', to: 'always' });
    await pick(page, say, { ...words, operation: 'share', from: 'always', to: 'never' });
    await publish(page, say, `access back ${language}`);
    await plain.page.reload();
    await plain.page.locator('.grid-row').nth(3).waitFor();
    assert.deepEqual(plain.errors, []);
  } finally {
    await plain.close();
  }
}
