import type { RecordData, SavedView } from '@/catalog/types';
import { CATALOG } from './catalog';

type Store = Map<string, RecordData[]>;

const NAMES = ['Conveyor upgrade', 'Grain dryer service plan', 'Cold-room shelving, Graz', 'Dairy line spare parts', 'Forklift fleet renewal', 'Loading dock levellers', 'Warehouse lighting, phase 2', 'Packaging film, annual', 'Retail fixtures, 14 stores', 'Scales and label printers'];
const COMPANIES = ['Ernst Handel', 'Волга-Агро', 'QUICK-Stop', 'ТехноПром Самара', 'Berglunds snabbköp', 'Hungry Owl Grocers'];
const STAGES = ['new', 'qualified', 'proposal', 'negotiation', 'won'];
const PEOPLE = [{ id: 'u1', title: 'Anna Kotova' }, { id: 'u2', title: 'Dmitry Orlov' }, { id: 'u3', title: 'Мария Лебедева' }];

function seed(): Store {
  const facts = (index: number) => ({ version: 1, created_at: '2026-11-01T09:00:00.000Z', updated_at: '2026-11-21T09:30:00.000Z', created_by: PEOPLE[index % 3], updated_by: PEOPLE[(index + 1) % 3], owner: PEOPLE[index % 3] });
  const companies = COMPANIES.map((name, index) => ({ id: `c${index}`, name, city: ['Graz', 'Самара', 'Cork'][index % 3], site: 'example.com', phone: '+7 846 000 00 00', active: index % 2 === 0, ...facts(index) }));
  const deals = Array.from({ length: 248 }, (_, index) => ({
    id: `d${index}`, title: `${NAMES[index % 10]}${index >= 10 ? ` ${index}` : ''}`, number: `D-2026-${String(index).padStart(4, '0')}`, company: { id: `c${index % 6}`, title: COMPANIES[index % 6] }, 'company.city': ['Graz', 'Самара', 'Cork'][index % 3],
    stage: STAGES[index % 5], amount: `${(index * 1379) % 200000}.50`, close_date: `2026-${index % 2 ? 12 : 11}-${String((index % 28) + 1).padStart(2, '0')}`, probability: '0.75', notes: index % 3 ? null : 'Two lines\nof notes',
    items: index % 2 ? [] : [{ id: `i${index}a`, product: 'Shelving bay, galvanised 2.4 m', quantity: '48', price: '1240.00', amount: '59520.00' }, { id: `i${index}b`, product: 'Wall guard, 3 m', quantity: '60', price: '96.00', amount: '5760.00' }], contract: null, ...facts(index),
  }));
  const contacts = [{ id: 'p1', name: 'Roland Mendel', email: 'roland@ernst.example', company: { id: 'c0', title: 'Ernst Handel' }, ...facts(0) }];
  const users = PEOPLE.map((person, index) => ({ ...facts(index), id: person.id, name: person.title, email: `${person.id}@northwind.example`, roles: [{ id: 'r1', title: 'Administrator' }], is_active: true, language: 'en' }));
  const roles = [{ id: 'r1', name: 'administrator', label: 'Administrator', ...facts(0) }, { id: 'r2', name: 'sales', label: 'Sales', ...facts(0) }];
  return new Map<string, RecordData[]>([['deal', deals], ['company', companies], ['contact', contacts], ['user', users], ['role', roles]]);
}

const answer = (body: unknown, status = 200) => new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const problem = (status: number, errors: { path?: string; code: string; message: string }[] = []) => answer({ status, title: 'refused', errors }, status);

function page(items: RecordData[], request: { quick?: string; sort?: string[]; limit?: number; cursor?: string; count?: string }) {
  const words = request.quick?.toLowerCase();
  const found = words ? items.filter((item) => JSON.stringify(item).toLowerCase().includes(words)) : [...items];
  const text = (item: RecordData, key: string) => { const value = item[key]; return typeof value === 'object' && value ? String((value as { title?: string }).title ?? '') : String(value ?? ''); };
  for (const key of [...(request.sort ?? [])].reverse()) {
    const name = key.replace(/^-/, '');
    found.sort((a, b) => text(a, name).localeCompare(text(b, name), undefined, { numeric: true }) * (key.startsWith('-') ? -1 : 1));
  }
  const from = Number(request.cursor ?? 0);
  const limit = request.limit ?? 50;
  return { items: found.slice(from, from + limit), next_cursor: from + limit < found.length ? String(from + limit) : null, count: request.count === 'exact' ? found.length : undefined };
}

/** A server in memory for tests and for work on screens: no filters, no rights, plain answers. */
export function makeFakeServer() {
  const store = seed();
  const bin = new Map<string, RecordData[]>();
  let made = 0;
  let saved: SavedView[] = [];

  function one(entity: string, id: string, action: string | undefined, method: string, body: RecordData): Response {
    const items = store.get(entity) ?? [];
    const index = items.findIndex((item) => item.id === id);
    if (action === 'history') return answer({ items: [{ at: '2026-11-22T14:20:00.000Z', by: PEOPLE[1], operation: 'update', changes: [{ field: 'stage', from: 'proposal', to: 'negotiation' }] }, { at: '2026-11-01T09:00:00.000Z', by: PEOPLE[0], operation: 'create', changes: [] }] });
    if (action === 'restore') {
      const found = bin.get(entity)?.find((item) => item.id === id);
      if (found) items.unshift(found);
      bin.set(entity, (bin.get(entity) ?? []).filter((item) => item.id !== id));
      return answer(found ?? {});
    }
    const record = items[index];
    if (!record) return problem(404);
    if (method === 'DELETE') {
      bin.set(entity, [...(bin.get(entity) ?? []), ...items.splice(index, 1)]);
      return answer(null, 204);
    }
    if (method === 'PATCH') {
      const { version, ...values } = body;
      if (version !== record.version) return answer({ status: 409, code: 'record.stale_version', current_version: record.version }, 409);
      if ('title' in values && !values.title) return problem(422, [{ path: '/title', code: 'record.required', message: 'Fill in the title' }]);
      if (Array.isArray(values.items)) values.items = (values.items as RecordData[]).map((line) => ({ ...line, id: line.id ?? `l${++made}` }));
      items[index] = { ...record, ...resolve(values), version: (record.version ?? 0) + 1 };
    }
    return answer(items[index]);
  }
  function resolve(values: Record<string, unknown>) {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => {
      const target = { company: 'company', owner: 'user' }[name];
      const found = target && store.get(target)?.find((item) => item.id === value);
      return [name, found ? { id: found.id, title: found.name } : value];
    }));
  }

  return async function handle(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(typeof input === 'string' ? input : input instanceof URL ? input.href : input.url, 'http://localhost');
    const method = init.method ?? 'GET';
    const body = (typeof init.body === 'string' ? JSON.parse(init.body) : {}) as RecordData;
    const [, , area, entity = '', id, action] = url.pathname.split('/');
    if (url.pathname === '/api/meta/catalog') return answer({ ...CATALOG, views: saved, user: { ...CATALOG.user, language: localStorage.getItem('verstak.language') ?? 'en' } });
    if (area === 'auth') return answer(entity === 'tokens' ? { items: [], token: 'verstak_0123456789abcdef' } : { user: CATALOG.user });
    if (area === 'files') return answer({ id: `f${++made}`, name: 'Contract.pdf', size: 188_416, type: 'application/pdf' });
    if (area === 'search') {
      const words = (url.searchParams.get('q') ?? '').toLowerCase();
      const hits = [...store].flatMap(([name, items]) => items.map((item) => ({ name, item, title: String(item.title ?? item.name ?? '') }))).filter(({ title }) => words && title.toLowerCase().includes(words));
      const mark = (title: string) => [[title.toLowerCase().indexOf(words), title.toLowerCase().indexOf(words) + words.length]];
      return answer({ items: hits.slice(0, Number(url.searchParams.get('limit') ?? 20)).map(({ name, item, title }) => ({ entity: name, id: item.id, title, title_marks: mark(title), field: item.notes ? 'notes' : null, snippet: item.notes ?? null, marks: [] })), next_cursor: null });
    }
    if (area === 'views') {
      const view = { ...body, entity: body.entity ?? saved.find((one) => one.id === entity)?.entity, id: entity || `v${++made}`, own: true, may_change: true, missing: 0, version: Number(body.version ?? 0) + 1 } as unknown as SavedView;
      saved = [...saved.filter((one) => one.id !== entity), ...(method === 'DELETE' ? [] : [view])];
      return answer(view, method === 'DELETE' ? 204 : 201);
    }
    if (area !== 'records') return problem(404);
    if (entity === 'batch') {
      for (const operation of (body as unknown as { operations: { op: string; entity: string; id: string; values?: RecordData }[] }).operations) {
        if (operation.op === 'delete') one(operation.entity, operation.id, undefined, 'DELETE', body);
        else one(operation.entity, operation.id, undefined, 'PATCH', { ...operation.values!, version: store.get(operation.entity)?.find((item) => item.id === operation.id)?.version });
      }
      return answer({ items: [] });
    }
    if (id === 'query') return answer(page((body.deleted ? bin : store).get(entity) ?? [], body as never));
    if (id) return one(entity, id, action, method, body);
    if (method === 'POST') {
      const record: RecordData = { ...resolve(body), id: `n${++made}`, version: 1, owner: PEOPLE[0] };
      store.get(entity)?.unshift(record);
      return answer(record, 201);
    }
    return problem(404);
  };
}

/** Puts the fake in the place of the network. */
export function installFakeServer() {
  const handle = makeFakeServer();
  const real = window.fetch.bind(window);
  window.fetch = (input, init) => (String(input).includes('/api/') ? handle(input, init) : real(input, init));
  window.EventSource = class { addEventListener() {} close() {} } as never;
}
