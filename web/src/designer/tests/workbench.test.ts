import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Doc, EntityDoc } from '../model/types';
import { browserShelf } from '../state/unsaved';
import { Refused, Workbench, type DraftApi } from '../state/workbench';

const doc = (label: string): EntityDoc => ({ kind: 'entity', id: 'd', name: 'deal', label: { en: label } });
const api = () => ({
  published: vi.fn(async () => ({ revision: 3, documents: [doc('Deal')] as Doc[] })),
  drafts: vi.fn(async () => ({ items: [], problems: [] })),
  read: vi.fn(),
  write: vi.fn(async (written: Doc) => ({ doc: written, problems: [] })),
  remove: vi.fn(async () => undefined),
  discard: vi.fn(async () => undefined),
});

describe('workbench', () => {
  let server: ReturnType<typeof api>;
  let bench: Workbench;
  beforeEach(async () => {
    server = api();
    bench = new Workbench(server as unknown as DraftApi, { after: () => () => undefined, now: () => 0 });
    await bench.load();
  });

  it('saves what differs and discards what came back', async () => {
    bench.edit(doc('Order'));
    expect(bench.changed()).toEqual(new Map([['entity/deal', 'changed']]));
    await bench.flush();
    expect(server.write).toHaveBeenCalledWith(doc('Order'));
    bench.undo();
    await bench.flush();
    expect(server.discard).toHaveBeenCalledWith([{ kind: 'entity', name: 'deal' }]);
    expect(bench.changed().size).toBe(0);
    bench.redo();
    expect(bench.snapshot().documents.get('entity/deal')).toEqual(doc('Order'));
  });

  it('keeps what is saved while the draft is read anew', async () => {
    let answer: (drafts: { items: never[]; problems: never[] }) => void = () => undefined;
    server.drafts.mockImplementationOnce(() => new Promise((resolve) => { answer = resolve; }));
    const reading = bench.load();
    bench.edit({ kind: 'role', id: 'b', name: 'sales' });
    await bench.flush();
    expect(bench.hasUnsaved()).toBe(false);
    answer({ items: [], problems: [] });
    await reading;
    expect(bench.snapshot().documents.get('role/sales')).toMatchObject({ id: 'b' });
    expect(bench.changed()).toEqual(new Map([['role/sales', 'added']]));
  });

  it('follows a renamed entity everywhere and gives the name back', async () => {
    const role: Doc = { kind: 'role', id: 'r', name: 'sales', entities: { deal: { read: true }, '*': {} } };
    const line: Doc = { kind: 'entity', id: 'l', name: 'line', fields: [{ id: 'f', name: 'deal', type: 'link', target: 'deal' }, { id: 'g', name: 'any', type: 'any_link', targets: ['deal', 'line'] }] };
    const app: Doc = { kind: 'application', id: 'a', name: 'app', sections: [{ items: [{ entity: 'deal' }, { entity: 'line' }] }] };
    server.published.mockResolvedValue({ revision: 3, documents: [doc('Deal'), role, line, app] });
    await bench.load();
    const renamed = { ...doc('Deal'), name: 'bargain' };
    server.drafts.mockResolvedValue({ items: [{ kind: 'entity', name: 'bargain', state: 'changed' }] as never, problems: [] });
    server.read.mockResolvedValue({ ...renamed, state: 'changed' });
    await bench.rename('entity/deal', 'bargain');
    expect(server.write).toHaveBeenCalledWith(renamed, 'deal');
    const { documents } = bench.snapshot();
    expect([...documents.keys()].sort()).toEqual(['application/app', 'entity/bargain', 'entity/line', 'role/sales']);
    expect(documents.get('role/sales')).toMatchObject({ entities: { bargain: { read: true }, '*': {} } });
    expect(documents.get('entity/line')).toMatchObject({ fields: [{ target: 'bargain' }, { targets: ['bargain', 'line'] }] });
    expect(documents.get('application/app')).toMatchObject({ sections: [{ items: [{ entity: 'bargain' }, { entity: 'line' }] }] });
    expect(bench.changed()).toEqual(new Map([['entity/bargain', 'changed']]));
    server.drafts.mockResolvedValue({ items: [], problems: [] });
    bench.revert('entity/bargain');
    await vi.waitFor(() => expect(bench.snapshot().documents.has('entity/deal')).toBe(true));
    expect(server.discard).toHaveBeenCalledWith([{ kind: 'entity', name: 'bargain' }]);
    expect(bench.changed().size).toBe(0);
    expect(bench.snapshot().canUndo).toBe(false);
  });

  it('takes a rename back and what was done before it, and does both again', async () => {
    const called = (name: string, label = 'Order'): EntityDoc => ({ ...doc(label), name });
    const drafted = (found: EntityDoc) => {
      server.drafts.mockResolvedValue({ items: [{ kind: 'entity', name: found.name, state: 'changed' }] as never, problems: [] });
      server.read.mockResolvedValue({ ...found, state: 'changed' });
    };
    const settled = (key: string) => vi.waitFor(() => expect([...bench.snapshot().documents.keys()]).toEqual([key]));
    bench.edit(called('deal'));
    drafted(called('bargain'));
    await bench.rename('entity/deal', 'bargain');
    bench.edit(called('bargain', 'Bargain'));
    bench.undo();
    expect(bench.snapshot().documents.get('entity/bargain')).toEqual(called('bargain'));
    drafted(called('deal'));
    bench.undo();
    bench.undo();
    await settled('entity/deal');
    expect(server.write).toHaveBeenLastCalledWith(called('deal'), 'bargain');
    expect(bench.snapshot().documents.get('entity/deal')).toEqual(called('deal'));
    await vi.waitFor(() => expect(bench.snapshot().canUndo).toBe(true));
    bench.undo();
    expect(bench.snapshot().documents.get('entity/deal')).toEqual(doc('Deal'));
    bench.redo();
    drafted(called('bargain'));
    bench.redo();
    await settled('entity/bargain');
    expect(server.write).toHaveBeenLastCalledWith(called('bargain'), 'deal');
    await vi.waitFor(() => expect(bench.snapshot().canRedo).toBe(true));
    bench.redo();
    expect(bench.snapshot().documents.get('entity/bargain')).toEqual(called('bargain', 'Bargain'));
  });

  it('stays with the new name when the old one cannot be given back', async () => {
    server.drafts.mockResolvedValue({ items: [{ kind: 'entity', name: 'bargain', state: 'changed' }] as never, problems: [] });
    server.read.mockResolvedValue({ ...doc('Deal'), name: 'bargain', state: 'changed' });
    await bench.rename('entity/deal', 'bargain');
    server.write.mockRejectedValueOnce(new Refused([{ path: '/name', code: 'c', message: 'taken' }]));
    bench.undo();
    expect(bench.snapshot().canUndo).toBe(false);
    await vi.waitFor(() => expect(bench.snapshot().canUndo).toBe(true));
    expect([...bench.snapshot().documents.keys()]).toEqual(['entity/bargain']);
    expect(bench.snapshot().problems.map((problem) => problem.message)).toEqual(['taken']);
    expect(bench.snapshot().canRedo).toBe(false);
  });

  it('keeps what the server refuses and shows why', async () => {
    server.write.mockRejectedValueOnce(new Refused([{ path: '/label', code: 'c', message: 'no' }]));
    bench.edit(doc('Bad'));
    await bench.flush();
    expect(bench.snapshot().status).toBe('refused');
    expect(bench.snapshot().problems).toEqual([{ document: 'entity/deal', path: '/label', code: 'c', message: 'no' }]);
    expect(bench.snapshot().documents.get('entity/deal')).toEqual(doc('Bad'));
    bench.edit(doc('Order'));
    await bench.flush();
    expect(bench.snapshot().problems).toEqual([]);
  });

  it('tries again when the network is away', async () => {
    server.write.mockRejectedValueOnce(new TypeError('fetch'));
    bench.edit(doc('Order'));
    await bench.flush();
    expect([bench.snapshot().status, bench.hasUnsaved()]).toEqual(['offline', true]);
    await bench.flush();
    expect(bench.snapshot().status).toBe('saved');
  });

  it('removes a published document and takes it back', async () => {
    bench.removeDocument('entity/deal');
    await bench.flush();
    expect(server.remove).toHaveBeenCalledWith('entity', 'deal');
    bench.undo();
    await bench.flush();
    expect(server.discard).toHaveBeenCalled();
    expect(bench.snapshot().documents.has('entity/deal')).toBe(true);
  });

  it('has something unsaved until the server took it all', async () => {
    bench.edit(doc('Order'));
    expect(bench.snapshot().unsaved).toBe(true);
    let answer = () => undefined as void;
    server.write.mockImplementationOnce((written) => new Promise((resolve) => { answer = () => resolve({ doc: written, problems: [] }); }));
    const saving = bench.flush();
    expect(bench.hasUnsaved()).toBe(true);
    answer();
    await saving;
    expect([bench.snapshot().unsaved, bench.hasUnsaved()]).toEqual([false, false]);
    server.write.mockRejectedValueOnce(no);
    bench.edit(doc('Bad'));
    await bench.flush();
    expect([bench.snapshot().unsaved, bench.hasUnsaved()]).toEqual([true, true]);
    bench.undo();
    await bench.flush();
    expect(bench.snapshot().unsaved).toBe(false);
  });

  it('leaves what was refused on the screen when others publish', async () => {
    server.write.mockRejectedValueOnce(no);
    bench.edit(doc('Bad'));
    await bench.flush();
    await bench.load();
    expect(bench.snapshot().documents.get('entity/deal')).toEqual(doc('Bad'));
    expect(bench.snapshot().unsaved).toBe(true);
  });

  it('leaves a removal that waits on the screen when it loads again', async () => {
    server.remove.mockRejectedValueOnce(new TypeError('fetch'));
    bench.removeDocument('entity/deal');
    await bench.flush();
    await bench.load();
    expect(bench.changed()).toEqual(new Map([['entity/deal', 'removed']]));
    await bench.flush();
    expect(server.discard).not.toHaveBeenCalled();
  });
});

const no = new Refused([{ path: '/label', code: 'c', message: 'no' }]);

describe('what waits in the browser', () => {
  let server: ReturnType<typeof api>;
  const page = async (user = 'u') => {
    const bench = new Workbench(server as unknown as DraftApi, { after: () => () => undefined, now: () => 0 }, browserShelf(user));
    await bench.load();
    return bench;
  };
  const labels = (bench: Workbench) => (bench.snapshot().documents.get('entity/deal') as EntityDoc | undefined)?.label?.en;
  beforeEach(() => {
    localStorage.clear();
    server = api();
  });

  it('comes back on the next page, with why it was refused, and can be undone', async () => {
    server.write.mockRejectedValue(no);
    const first = await page();
    first.edit(doc('Bad'));
    await first.flush();
    const second = await page();
    expect([labels(second), second.snapshot().unsaved]).toEqual(['Bad', true]);
    await second.flush();
    expect([second.snapshot().status, second.snapshot().problems.length]).toEqual(['refused', 1]);
    second.undo();
    await second.flush();
    expect([labels(second), labels(await page()), localStorage.length]).toEqual(['Deal', 'Deal', 0]);
  });

  it('is there before the first answer of the server, and goes when it took it', async () => {
    const bench = await page();
    bench.edit(doc('Order'));
    expect(labels(await page())).toBe('Order');
    await bench.flush();
    expect(localStorage.length).toBe(0);
  });

  it('keeps a removal and a new document', async () => {
    const bench = await page();
    bench.removeDocument('entity/deal');
    bench.edit({ ...doc('Lead'), id: 'l', name: 'lead' });
    expect((await page()).changed()).toEqual(new Map([['entity/deal', 'removed'], ['entity/lead', 'added']]));
  });

  it('belongs to one person', async () => {
    (await page()).edit(doc('Order'));
    expect(labels(await page('other'))).toBe('Deal');
  });

  it('does not go over what others changed meanwhile, unless the person says so', async () => {
    (await page()).edit(doc('Mine'));
    server.published.mockResolvedValue({ revision: 4, documents: [doc('Theirs')] });
    const second = await page();
    expect([labels(second), [...second.snapshot().left.keys()], second.snapshot().unsaved]).toEqual(['Theirs', ['entity/deal'], false]);
    const third = await page();
    third.takeLeft('entity/deal');
    expect([labels(third), third.snapshot().left.size]).toEqual(['Mine', 0]);
    await third.flush();
    expect(localStorage.length).toBe(0);
  });

  it('is forgotten when the person drops it', async () => {
    (await page()).edit(doc('Mine'));
    server.published.mockResolvedValue({ revision: 4, documents: [doc('Theirs')] });
    (await page()).dropLeft('entity/deal');
    expect((await page()).snapshot().left.size).toBe(0);
    expect(localStorage.length).toBe(0);
  });

  it('does not stop the work where the browser keeps nothing', async () => {
    const shelf = browserShelf('u', { setItem: () => { throw new Error('full'); } } as unknown as Storage);
    const bench = new Workbench(server as unknown as DraftApi, { after: () => () => undefined, now: () => 0 }, shelf);
    await bench.load();
    bench.edit(doc('Order'));
    await bench.flush();
    expect(bench.snapshot().status).toBe('saved');
  });
});
