import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Doc, EntityDoc } from '../model/types';
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
});
