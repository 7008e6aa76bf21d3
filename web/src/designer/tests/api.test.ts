import { afterEach, describe, expect, it, vi } from 'vitest';
import { draftApi } from '../state/api';
import { Refused } from '../state/workbench';

const answer = (code: string) => vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify({ title: 'no', status: 422, code, errors: [{ path: '', code, message: 'no' }] }), { status: 422, headers: { 'content-type': 'application/problem+json' } })));

describe('giving up a document', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is done where the draft of the server never had it', async () => {
    answer('draft.not_changed');
    await expect(draftApi.discard([{ kind: 'entity', name: 'lead' }])).resolves.toBeUndefined();
  });
  it('tells any other refusal', async () => {
    answer('draft.other');
    await expect(draftApi.discard([{ kind: 'entity', name: 'lead' }])).rejects.toBeInstanceOf(Refused);
  });
});
