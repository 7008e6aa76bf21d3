// Every screen of the product and how a person gets there: for the pictures of screenshots.mjs and for judging each by axe.
//
// A screen has a name, an address (or none, when it follows from the one before) and the steps that open it. `ready` is what
// must be seen before it counts as drawn.

const CSV = [
  'Company name,City,Country,Web site,Employees',
  'Нордкап Логистик,Самара,Россия,https://nordkap.example,48',
  'Cold Chain Ltd,Cork,Ireland,https://coldchain.example,120',
  'Bäckerei Sonne,Graz,Austria,https://sonne.example,many',
  ',Lisboa,Portugal,https://empty.example,7',
].join('\n');

const click = (page, role, name, options = {}) => page.getByRole(role, { name, exact: true, ...options }).first().click();
const row = (page) => page.locator('.grid-row, .phone-row').first();
const idOf = async (page, entity, filter) => {
  const query = new URLSearchParams({ select: 'id', limit: '1', ...(filter && { filter }) });
  return page.evaluate(async (address) => (await (await fetch(address)).json()).items[0].id, `/api/records/${entity}?${query}`);
};
const filter = (...conditions) => encodeURIComponent(JSON.stringify(conditions));

async function take(page, step) {
  const input = page.locator('input[type=file]').first();
  await input.setInputFiles({ name: 'companies.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) });
  await page.locator('.import-row').nth(2).waitFor();
  if (step === 'columns') return;
}

/** Screens of a person who is signed out. */
export const OUTSIDE = [
  { name: 'sign-in', path: '/login', ready: '.signin-card, form' },
  {
    name: 'sign-in-wrong', path: '/login', ready: 'form', open: async ({ page, say }) => {
      await page.getByLabel(say('work', 'signin.email')).fill('nobody@example.com');
      await page.getByRole('textbox', { name: say('work', 'signin.password') }).fill('not the password');
      await click(page, 'button', say('work', 'signin.submit'));
      await page.getByText(say('work', 'signin.wrong')).first().waitFor();
    },
  },
  {
    name: 'first-run', path: '/first?token=none', ready: 'form', open: async ({ page, say }) => {
      await page.getByLabel(say('work', 'first.name')).fill('Anna Kotova');
      await page.getByLabel(say('work', 'first.email')).fill('anna@northwind.example');
      await page.getByRole('textbox', { name: say('work', 'signin.password') }).fill('Cold-room shelving 42');
    },
  },
];

/** Screens of an administrator who is also a designer, with the example CRM installed. */
export const INSIDE = [
  { name: 'home', path: '/home', ready: '.home' },
  { name: 'dashboard', path: '/d/sales_head', ready: '.chart-drawing svg' },
  { name: 'search', path: '/search?q=er', ready: '.search-hit' },
  { name: 'list', path: '/e/deal', ready: '.grid-row, .phone-row' },
  { name: 'view-save', desk: true, path: '/e/deal?sort=-amount', ready: '.grid-row', open: async ({ page, say }) => click(page, 'button', say('work', 'view.save_as')) },
  { name: 'list-filter', path: `/e/deal?sort=-amount&f=${filter(['stage', 'none', ['lost']], ['company.city', 'any', ['Graz', 'Cork', 'Boise', 'Cunewalde', 'London']])}`, ready: '.grid-row, .phone-row' },
  {
    name: 'list-peek', desk: true, path: `/e/deal?sort=-amount&f=${filter(['company.city', 'any', ['Graz', 'Cork', 'Boise']])}`, ready: '.grid-row', open: async ({ page }) => {
      for (const index of [1, 3, 5]) await page.locator('.grid-row').nth(index).locator('input[type=checkbox]').click();
      await page.locator('.grid-row').nth(1).locator('.grid-cell').nth(2).click();
      await page.keyboard.press('Space');
      await page.locator('.peek .peek-title').waitFor();
    },
  },
  { name: 'board', path: '/e/deal?as=kanban,group_by:stage,total:amount,limit.negotiation:12', ready: '.board-card' },
  { name: 'board-lanes', desk: true, path: '/e/deal?as=kanban,group_by:manager,lanes:stage,total:amount', ready: '.board-lane .board-card' },
  {
    name: 'board-settings', path: '/e/deal?as=kanban,group_by:stage,total:amount', ready: '.board-card', open: async ({ page, say, phone }) => {
      await click(page, 'button', phone ? say('work', 'list.filters') : say('work', 'layout.set_kanban'));
      await page.locator('.board-limits').waitFor();
    },
  },
  { name: 'calendar', path: '/e/deal?as=calendar,start:opened_on,end:close_date,color_by:stage&at=month,1998-05-06', ready: '.bar-item, .agenda-item' },
  { name: 'calendar-week', desk: true, path: '/e/deal?as=calendar,start:created_at&at=week', ready: '.hours-grid' },
  { name: 'planner', path: '/e/deal?as=planner,group_by:manager,start:opened_on,end:close_date,color_by:stage&at=weeks,1998-05-06', ready: '.bar-item, .agenda-item' },
  { name: 'list-hides-all', path: `/e/deal?f=${filter(['stage', 'any', ['lost']], ['owner', 'me'])}&q=zzzz`, ready: '.state' },
  { name: 'list-bin', path: '/e/deal?bin=1', ready: '.state, .grid-row, .phone-row' },
  {
    name: 'filter-field', path: '/e/deal', ready: '.grid-row, .phone-row', open: async ({ page, say, phone }) => {
      if (phone) await click(page, 'button', say('work', 'list.filters'));
      await click(page, 'button', say('work', 'filter.add'));
      await page.locator('.field-picker-name').first().waitFor();
    },
  },
  {
    name: 'filter-value', path: `/e/deal?f=${filter(['company.city', 'any', ['Graz', 'Cork']])}`, ready: '.grid-row, .phone-row', open: async ({ page, say, phone }) => {
      if (phone) await click(page, 'button', say('work', 'list.filters'));
      await page.locator('.chip .chip-value, .chip button').first().click();
      await page.locator('form').getByLabel(say('work', 'filter.operator'), { exact: true }).first().waitFor();
    },
  },
  { name: 'list-columns', desk: true, path: '/e/deal', ready: '.grid-row', open: async ({ page, say }) => { await click(page, 'button', say('work', 'list.columns')); await page.locator('.menu-row').first().waitFor(); } },
  {
    name: 'list-sort', desk: true, path: '/e/deal?sort=-amount,close_date', ready: '.grid-row', open: async ({ page, say }) => {
      await page.getByRole('button', { name: new RegExp(`^${say('work', 'list.sort')}`) }).first().click();
      await page.locator('.menu-row').first().waitFor();
    },
  },
  {
    name: 'list-bulk', desk: true, path: '/e/deal', ready: '.grid-row', open: async ({ page, say }) => {
      for (const index of [1, 2, 3]) await page.locator('.grid-row').nth(index).locator('input[type=checkbox]').click();
      await click(page, 'button', say('work', 'list.edit_field'));
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'list-companies', path: '/e/company', ready: '.grid-row, .phone-row' },
  { name: 'list-products', path: '/e/product', ready: '.grid-row, .phone-row' },
  { name: 'record-deal', path: async (page) => `/e/deal/${await idOf(page, 'deal', 'items.count() > 2')}`, ready: '.form-section, .phone-fields' },
  { name: 'record-company', path: async (page) => `/e/company/${await idOf(page, 'company', 'deals.count() > 5')}`, ready: '.form-section, .phone-fields' },
  { name: 'record-related', path: async (page) => `/e/company/${await idOf(page, 'company', 'deals.count() > 5')}?tab=business`, ready: '.related-line, .phone-row' },
  { name: 'record-history', path: async (page) => `/e/contact/${await idOf(page, 'contact', 'name != ()')}?tab=history`, ready: '.history-item' },
  { name: 'create', path: '/e/deal/new', ready: '.form-grid' },
  {
    name: 'create-wrong', path: '/e/deal/new', ready: '.form-grid', open: async ({ page, say }) => {
      await click(page, 'button', say('work', 'create.submit'));
      await page.locator('.form-errors').waitFor();
    },
  },
  {
    name: 'create-dialog', path: '/e/product_category', ready: '.grid-row, .phone-row', open: async ({ page }) => {
      if (await page.locator('.bottom-create').count()) await page.locator('.bottom-create').click();
      else await page.keyboard.press('c');
      await page.getByRole('dialog').locator('.form-grid').waitFor();
    },
  },
  { name: 'import-file', path: '/e/company/import', ready: '.import-drop' },
  { name: 'import-columns', path: '/e/company/import', ready: '.import-drop', open: ({ page }) => take(page, 'columns') },
  {
    name: 'import-trial', path: '/e/company/import', ready: '.import-drop', open: async ({ page, say }) => {
      await take(page);
      await click(page, 'button', say('work', 'import.try'));
      await page.locator('.import-problems, .import-card .button').last().waitFor();
      await page.getByRole('button', { name: say('work', 'import.change_mapping') }).waitFor();
    },
  },
  { name: 'palette', path: '/home', ready: '.home', open: async ({ page, say }) => { await page.keyboard.press('Control+k'); await page.getByPlaceholder(say('common', 'palette.placeholder')).fill('ernst'); await page.locator('.mantine-Spotlight-action').first().waitFor(); await page.waitForTimeout(600); } },
  { name: 'keys', desk: true, path: '/home', ready: '.home', open: async ({ page }) => { await page.keyboard.press('Shift+Slash'); await page.locator('.shortcut-list').waitFor(); } },
  { name: 'menu', phone: true, path: '/home', ready: '.home', open: async ({ page, say }) => { await click(page, 'button', say('common', 'nav.menu')); await page.locator('.menu-sheet').waitFor(); } },
  { name: 'users', path: '/admin/users', ready: '.user-row:not(.user-head)' },
  { name: 'user-dialog', path: '/admin/users', ready: '.user-row:not(.user-head)', open: async ({ page, say }) => { await click(page, 'button', say('work', 'users.add')); await page.getByRole('dialog').waitFor(); } },
  { name: 'security', path: '/admin/security', ready: '.settings' },
  { name: 'audit', path: '/admin/audit', ready: '.audit-row[role=row]:not(.user-head)', open: ({ page }) => page.locator('.audit-row [aria-expanded]').first().click() },
  { name: 'profile', path: '/me', ready: '.me-page' },
  { name: 'nowhere', path: '/nowhere/at/all', ready: '.state' },
  { name: 'no-access', path: '/e/no_such_thing', ready: '.state' },
  { name: 'studio', path: '/studio', ready: '.entity-card' },
  { name: 'studio-diagram', path: '/studio/model', ready: '.diagram-card' },
  { name: 'studio-entity', path: '/studio/model/deal', ready: '.fields-row' },
  {
    name: 'studio-field', path: '/studio/model/deal', ready: '.fields-row', open: async ({ page, phone }) => {
      if (phone) await page.locator('.field-open').nth(4).click();
      else await page.locator('.fields-row:not(.built-in) .cell input').nth(8).click();
      await page.locator('.properties, .mantine-Drawer-content').first().waitFor();
    },
  },
  { name: 'studio-relations', path: '/studio/model/deal?tab=relations', ready: '.tab-body' },
  { name: 'studio-rules', path: '/studio/model/deal?tab=rules', ready: '.tab-body, .state' },
  { name: 'studio-dashboard', path: '/studio/dashboards/sales_head?widget=by_month', ready: '.board-item .chart-drawing svg' },
  { name: 'studio-form', path: '/studio/forms/deal_sales?at=/tabs/0/components/3', ready: '.form-frame' },
  { name: 'studio-used', path: '/studio/model/company?tab=used', ready: '.tab-body' },
  { name: 'studio-new', path: '/studio', ready: '.entity-card', open: async ({ page, say }) => { await page.getByRole('button', { name: say('studio', 'overview.add') }).first().click(); await page.getByRole('dialog').waitFor(); } },
  { name: 'studio-access', path: '/studio/access', ready: 'table, [role=table], [role=grid]' },
  { name: 'studio-access-rule', path: '/studio/access?role=sales&row=company', ready: '.access-cards' },
  { name: 'studio-access-explain', path: '/studio/access?explain=yes', ready: '[role="dialog"]' },
  { name: 'studio-navigation', path: '/studio/navigation', ready: '.section-card' },
  { name: 'indicators', path: '/indicators?unit=quarter&at=1998-01-01', ready: '.indicator-track' },
  { name: 'targets', path: '/indicators/targets?measure=won&year=1998&unit=quarter', ready: '.target-cell' },
  { name: 'studio-register', path: '/studio/registers?register=product_sales_kept', ready: '.measure-preview .medium' },
  { name: 'studio-register-balances', path: '/studio/registers?register=stock', ready: '.balance-posting' },
  { name: 'stock-turnovers', path: '/e/stock_turnover', ready: '.grid-row, .phone-row' },
  { name: 'studio-measure', path: '/studio/measures?measure=won', ready: '.measure-preview .indicator-value' },
  { name: 'studio-script', path: '/studio/scripts?script=deals', ready: '.cm-content' },
  { name: 'studio-script-calls', path: '/studio/scripts?script=deals&tab=calls', ready: '.rule' },
  { name: 'studio-script-runs', path: '/studio/scripts?script=deals&tab=runs', ready: '.state, .runs' },
  { name: 'studio-schedules', path: '/studio/schedules', ready: '.schedule' },
  { name: 'studio-choices', path: '/studio/choices', ready: '.state, .list-pane' },
  { name: 'studio-releases', path: '/studio/releases', ready: '.revision, .state' },
];

/** A draft with something of each class: a field more, one renamed, one dropped, a dataset. Discarded afterwards. */
export const DRAFTED = [
  { name: 'studio-changed', path: '/studio/model/deal', ready: '.fields-row' },
  { name: 'studio-plan', path: '/studio/releases', ready: '.step' },
  { name: 'studio-dataset', path: '/studio/datasets?set=sales_by_month', ready: '.dataset-rows' },
  {
    name: 'studio-dataset-columns', path: '/studio/datasets?set=sales_by_month&part=1', ready: '.dataset-row', open: async ({ page, say }) => {
      await click(page, 'button', say('studio', 'datasets.add_column'));
      await page.locator('.field-picker-name').first().waitFor();
    },
  },
  {
    name: 'studio-dataset-new', path: '/studio/datasets', ready: '.dataset-row', open: async ({ page, say }) => {
      await click(page, 'button', say('studio', 'datasets.add'));
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'studio-problems', path: '/studio/model/deal', ready: '.fields-row', open: async ({ page }) => {
      await page.locator('.problems-button').click();
      await page.locator('.mantine-Drawer-content').waitFor();
    },
  },
];

const call = (page, method, path, body) => page.evaluate(async ([verb, address, value]) => {
  const answer = await fetch(address, { method: verb, headers: { 'Content-Type': 'application/json', 'X-Verstak': '1' }, body: value === null ? undefined : JSON.stringify(value) });
  if (!answer.ok) throw new Error(`${verb} ${address}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}, [method, path, body ?? null]);

/** Sales by manager and month beside what was shipped, with one column that is calculated. */
const DATASET = {
  kind: 'dataset', name: 'sales_by_month', label: { en: 'Sales by manager and month', ru: 'Продажи по менеджерам и месяцам' }, icon: 'chart-bar', having: 'amount > 1000',
  parts: [
    { entity: 'deal', joins: [{ name: 'line', through: 'items', optional: true }], filter: 'stage in ["won", "lost"]', values: { manager: 'manager', month: 'close_date.start_of("month")', amount: 'line.amount' } },
    { entity: 'deal', values: { manager: 'manager', month: 'shipped_on.start_of("month")', amount: 'freight' } },
  ],
  fields: [
    { name: 'manager', label: { en: 'Manager', ru: 'Менеджер' } }, { name: 'month', label: { en: 'Month', ru: 'Месяц' } }, { name: 'amount', label: { en: 'Amount', ru: 'Сумма' }, aggregate: 'sum' },
    { name: 'lines', label: { en: 'Lines', ru: 'Строк' }, aggregate: 'count' }, { name: 'average', label: { en: 'Average', ru: 'В среднем' }, type: 'money', currency: 'USD', expression: 'amount / lines' },
  ],
};

/** Puts the draft of {@link DRAFTED} in place. */
export async function draft(page) {
  const { document, ...rest } = await call(page, 'GET', '/api/meta/drafts/entity/deal');
  const deal = document ?? rest;
  const fields = deal.fields.filter((field) => field.name !== 'notes').map((field) => (field.name === 'close_date' ? { ...field, label: { en: 'Closing day', ru: 'День закрытия' } } : field));
  await call(page, 'PUT', '/api/meta/drafts/entity/deal', { ...deal, fields: [...fields, { name: 'discount_approved_by', type: 'user', label: { en: 'Discount approved by', ru: 'Скидку согласовал' } }] });
  // What is dropped leaves the cards as well.
  const left = (part) => (Array.isArray(part) ? part.filter((one) => one?.path !== 'notes').map(left) : part && typeof part === 'object' ? Object.fromEntries(Object.entries(part).map(([key, value]) => [key, left(value)])) : part);
  for (const name of ['deal_card', 'deal_sales']) {
    const { state: _, problems: __, ...form } = await call(page, 'GET', `/api/meta/drafts/form/${name}`);
    await call(page, 'PUT', `/api/meta/drafts/form/${name}`, left(form.document ?? form));
  }
  await call(page, 'PUT', '/api/meta/drafts/dataset/sales_by_month', DATASET);
}

export const discard = (page) => call(page, 'POST', '/api/meta/drafts/discard', []);

/** Signs in by the API, the first time by the one-time link, and leaves the cookie with the page. */
export async function enter(page, base, email, password, link) {
  await page.goto(`${base}/login`);
  if (link) await call(page, 'POST', '/api/auth/first', { link_token: new URL(link, base).searchParams.get('token'), email, password });
  else await call(page, 'POST', '/api/auth/login', { email, password });
}

export const speak = (page, language) => call(page, 'PATCH', '/api/auth/me', { language });

/** Opens a screen and waits until it stands still. */
export async function show(page, base, screen, { say, phone }) {
  const path = typeof screen.path === 'function' ? await screen.path(page) : screen.path;
  await page.goto(`${base}${path}`);
  await page.locator(screen.ready).first().waitFor();
  await screen.open?.({ page, say, phone });
  // The stream of events keeps the network busy for ever: what is drawn tells, not the network.
  await page.locator('[aria-busy], .skeleton').first().waitFor({ state: 'detached', timeout: 3000 }).catch(() => undefined);
  await page.waitForTimeout(450);
}
