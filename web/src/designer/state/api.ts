/** The calls of the draft, plan and revisions. */
import { api } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Field, RecordData } from '@/catalog/types';
import type { MeasureAnswer } from '@/measures/api';
import { type Doc, type DocState, type EntityDoc, type DraftItem, type FieldDoc, type Hidden, type Job, type Kind, type MeasureDoc, type Plan, type Problem, type Revision, type RegisterStatus, type Schedule, sent, whole } from '../model/types';
import { bare, Refused, type DraftApi } from './workbench';

const at = (kind: Kind, name: string) => `/api/meta/drafts/${kind}/${encodeURIComponent(name)}`;

type Listed<T> = T[] | { items?: T[]; documents?: T[] };
const listed = <T>(answer: Listed<T>): T[] => (Array.isArray(answer) ? answer : (answer.items ?? answer.documents ?? []));

/** The mistakes of a 422, each with its place. */
export const mistakesOf = (error: unknown): Problem[] =>
  error instanceof ApiError
    ? error.errors.map((item) => ({ ...item, path: item.path ?? '', severity: (item.severity as Problem['severity']) ?? 'error' }))
    : [];

async function refusing<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 401) {
      const mistakes = mistakesOf(error);
      throw new Refused(mistakes.length ? mistakes : [{ path: '', code: error.code ?? String(error.status), message: error.message }]);
    }
    throw error;
  }
}

export const revisions = async (): Promise<Revision[]> => listed(await api.get<Listed<Revision>>('/api/meta/revisions'));

export const documentsOf = async (revision: number): Promise<Doc[]> => listed(await api.get<Listed<Doc>>(`/api/meta/revisions/${revision}/documents`));

export const draftApi: DraftApi = {
  async published() {
    const known = await revisions();
    const revision = known.reduce((newest, one) => Math.max(newest, one.revision), 0);
    return { revision, documents: revision > 0 ? await documentsOf(revision) : [] };
  },
  async drafts() {
    const answer = await api.get<{ items?: DraftItem[]; problems?: Problem[] }>('/api/meta/drafts');
    return { items: answer.items ?? [], problems: answer.problems ?? [] };
  },
  read: (kind, name) => api.get<Doc & { state?: DocState }>(at(kind, name)),
  async write(doc, name) {
    const { problems, ...answer } = await refusing(api.put<Doc & { problems?: Problem[] }>(at(doc.kind, name ?? doc.name), sent(doc)));
    return { doc: whole(bare(answer as Doc)), problems: problems ?? [] };
  },
  remove: (kind, name) => refusing(api.delete<void>(at(kind, name))),
  async discard(items) {
    try {
      await refusing(api.post<void>('/api/meta/drafts/discard', items));
    } catch (failure) {
      // What the server never took is not in its draft: there is nothing to give up.
      if (!(failure instanceof Refused) || failure.problems.some((problem) => problem.code !== 'draft.not_changed')) throw failure;
    }
  },
};

export const makePlan = () => api.post<Plan>('/api/meta/plan', {});

export type Published = { revision: number } | { job: string | { id: string } };

export const publish = (plan: string, destructive: boolean, note: string) =>
  api.post<Published>('/api/meta/publish', { plan_id: plan, allow_destructive: destructive, ...(note.trim() ? { note: note.trim() } : {}) });

export const jobState = (id: string) => api.get<Job>(`/api/jobs/${id}`);
export const cancelJob = (id: string) => api.post<void>(`/api/jobs/${id}/cancel`, {});
export const restoreRevision = (revision: number) => api.post<{ changes: unknown }>(`/api/meta/revisions/${revision}/restore`, {});

export const schedules = async (): Promise<Schedule[]> => (await api.get<{ items: Schedule[] }>('/api/meta/schedules')).items;
export const registerStates = async (): Promise<RegisterStatus[]> => (await api.get<{ items: RegisterStatus[] }>('/api/meta/registers')).items;
export const refreshRegister = (name: string) => api.post<{ job: string }>(`/api/meta/registers/${encodeURIComponent(name)}/refresh`, {});
export const runSchedule = (id: string) => api.post<{ job: string }>(`/api/meta/schedules/${encodeURIComponent(id)}/run`, {});

export interface ScriptChecked {
  problems: Problem[];
  functions: { name: string; parameters: string[] }[];
}

export const checkScript = (name: string, source: string, signal?: AbortSignal) => api.post<ScriptChecked>('/api/meta/scripts/check', { name, source }, { signal });

export interface ScriptTried {
  value: unknown;
  log: string[];
  steps: number;
  took_ms: number;
  writes: { act: 'create' | 'update' | 'delete'; entity: string; values: unknown }[];
}

export const tryScript = (body: { name: string; source: string; function: string; record?: { entity: string; id: string }; arguments?: unknown[] }) => api.post<ScriptTried>('/api/meta/scripts/run', body);

export interface ScriptTested {
  script: string;
  test: string;
  passed: boolean;
  failures: Problem[];
}

export const testScript = async (script: string): Promise<ScriptTested[]> => (await api.post<{ items: ScriptTested[] }>('/api/meta/scripts/test', { script })).items;

/** A run of hooks after saves. */
export type ScriptRun = Job & { created_at: string; updated_at: string; result?: { records: number; log: string[] } | null; problems?: { message: string; document?: string }[] };
export const scriptRuns = async (): Promise<ScriptRun[]> => (await api.get<{ items: ScriptRun[] }>('/api/meta/scripts/runs')).items;

export const hiddenThings = async (): Promise<Hidden[]> => (await api.get<{ items: Hidden[] }>('/api/meta/hidden')).items;
/** The newest published document that still had what is hidden now. */
export async function lastWith(hidden: Hidden): Promise<EntityDoc | undefined> {
  const has = (doc: Doc): doc is EntityDoc => doc.kind === 'entity' && (hidden.kind === 'entity' ? doc.id === hidden.id : Boolean(doc.fields?.some((field) => field.id === hidden.id)));
  const known = (await revisions()).filter((one) => one.revision > 1 && one.changes.some((change) => change.kind === 'entity')).sort((a, b) => b.revision - a.revision);
  const names = (one: Revision) => one.changes.some((change) => change.name === hidden.entity.name);
  // It most likely went with the last change of its entity.
  for (const one of [...known.filter(names), ...known.filter((one) => !names(one))]) {
    const found = (await documentsOf(one.revision - 1)).find(has);
    if (found) return found;
  }
  return undefined;
}

export const purge = (ids: string[]) => api.post<{ revision: number }>('/api/meta/purge', { ids, allow_destructive: true });

/** A dataset as it is drawn: what its columns are, its first rows, and what is wrong with it. */
export interface DatasetSample {
  fields: Field[];
  items: RecordData[];
  problems: Problem[];
}

export const sampleDataset = (doc: Doc, signal?: AbortSignal) => api.post<DatasetSample>('/api/meta/datasets/preview', sent(doc), { signal });

export interface Checked {
  /** Comparisons that are sound and hardly meant. */
  warnings?: { message: string }[];
  type?: unknown;
  value?: unknown;
  /** Paths that it reads. */
  dependencies?: string[];
  sql?: string | null;
  cost?: Cost | null;
  samples?: Sample[] | null;
}

/** What a formula costs, as the engine will do with it. */
export interface Cost {
  class: 'record' | 'linked' | 'related' | 'stored' | 'scheduled';
  reads: { path: string[]; entity: string | null; many: boolean }[];
  measures: boolean;
  written_by: { entity: string | null; fields: string[]; path: string[]; spreads: boolean; incremental: boolean }[];
  incremental: boolean;
  reason: { code: 'aggregate' | 'way' | 'field' | 'formula' | 'texts' | 'records'; name: string | null } | null;
  waits: boolean;
  at_once: number;
}

/** The value of a formula on a record, and why it is empty. */
export interface Sample {
  id: string;
  value: unknown;
  problem: string | null;
}

/** A function of the expression language. */
export interface Function {
  name: string;
  family: string;
  /** Types of what it takes. */
  parameters: string[];
  result: string;
  text: string;
  example: string;
  /** Of a function of a script: what people call the script, and what its parameters are called. */
  script?: string;
  names?: string[];
}

export const languageFunctions = async (signal?: AbortSignal): Promise<Function[]> => (await api.get<{ items: Function[] }>('/api/meta/expressions/functions', undefined, signal)).items;

/** What a measure comes to as it is drawn, over what is published. */
export const tryMeasure = (document: MeasureDoc, signal?: AbortSignal) => api.post<MeasureAnswer>('/api/meta/measures/try', { document }, { signal });

export const checkExpression = (body: { entity?: string; expression: string; mode: string; record?: string; parameters?: { name: string; type: string; target?: string }[]; field?: FieldDoc; records?: string[] }) => api.post<Checked>('/api/meta/expressions/check', body);
