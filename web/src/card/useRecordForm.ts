import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, messagesByField } from '@/api/error';
import { records } from '@/api/records';
import { writeJson } from '@/api/json';
import type { Catalog } from '@/catalog/catalog';
import type { Entity, Field, RecordData } from '@/catalog/types';
import { sameValue, toWire } from '@/fields/mapping';
import { Unread } from '@/fields/unread';
import { calculate } from './formulas';
import { cellOf, gapsIn, type Line, lineFields, type LineGap } from './lines';
import { world } from './rules';

type Values = Record<string, unknown>;

export interface Conflict {
  mine: Values;
  theirs: RecordData;
}

export interface RecordForm {
  entity: Entity;
  /** The record with what is typed over it. */
  values: RecordData;
  /** The record as it was saved last. */
  saved: RecordData;
  errors: Record<string, string>;
  status: 'idle' | 'saving' | 'saved' | 'failed';
  conflict: Conflict | null;
  undo: (() => void) | null;
  /** New lines that are not whole yet, by their field: kept here while one looks at another tab. */
  begun: Record<string, Line[]>;
  begin: (field: Field, lines: Line[]) => void;
  /** Lines that are not whole, by their numbers, with what they lack. */
  gaps: LineGap[];
  /** Whether something typed would be lost by leaving: it cannot be read, was refused, or is a line that is not whole. */
  unsaved: boolean;
  /** Whether something typed is not on the server yet, for whatever reason. */
  pending: boolean;
  /** Gives up what is typed in a field. */
  restore: (field: Field) => void;
  type: (field: Field, value: unknown) => void;
  save: (field: Field, value: unknown) => void;
  resolve: (choice: Values) => void;
  isSaving: (field: Field) => boolean;
}

/** Whether a refused save means that somebody saved before, and not a duplicate or a reference. */
export const isStale = (error: unknown) => error instanceof ApiError && error.status === 409 && (/stale/.test(error.code ?? '') || error.problem.current_version !== undefined);

/** Fields of mine that somebody else has changed as well since I read them. */
export function overlapping(entity: Entity, mine: Values, base: RecordData, theirs: RecordData): Field[] {
  return entity.fields.filter((field) => field.name in mine && !sameValue(field, base[field.name], theirs[field.name]) && !sameValue(field, mine[field.name], theirs[field.name]));
}

/** Saves each field by itself as soon as it is done, one after another, and keeps what was typed whatever happens. */
export function useRecordForm(catalog: Catalog, entity: Entity, record: RecordData): RecordForm {
  const client = useQueryClient();
  const [base, setBase] = useState(record);
  const [drafts, setDrafts] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [status, setStatus] = useState<RecordForm['status']>('idle');
  const [saving, setSaving] = useState<ReadonlySet<string>>(new Set());
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [undo, setUndo] = useState<(() => void) | null>(null);
  const [begun, setBegun] = useState<Record<string, Line[]>>({});
  const current = useRef(record);
  const queue = useRef<Promise<void>>(Promise.resolve());
  // What was refused goes with the next change: what one asks of the other is whole then.
  const refused = useRef<Values>({});
  // What a field held when its typing began: the card may have been read again since, and that must not hide a conflict.
  const origins = useRef<Values>({});
  const start = (name: string) => {
    if (!(name in origins.current)) origins.current[name] = current.current[name];
  };
  const key = ['record', entity.name, record.id];

  useEffect(() => {
    const known = current.current;
    if ((record.version ?? 0) < (known.version ?? 0)) return;
    // The same version read again is only told in full: lines made here have got their ids.
    if (record.version === known.version) for (const name of Object.keys(origins.current)) if (origins.current[name] === known[name]) origins.current[name] = record[name];
    current.current = record;
    setBase(record);
  }, [record]);
  useEffect(() => {
    if (!undo) return;
    const timer = setTimeout(() => setUndo(null), 10_000);
    return () => clearTimeout(timer);
  }, [undo]);

  const wireOf = (field: Field, value: unknown) => toWire(field, value, field.type === 'children' ? lineFields(catalog, field) : undefined);
  const wire = (changes: Values) => Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(catalog.field(entity.name, name)!, value)]));
  // Lines are the same when all that is written of them is, not only their ids.
  const same = (field: Field, a: unknown, b: unknown) => writeJson(wireOf(field, a)) === writeJson(wireOf(field, b));

  function accept(saved: RecordData, changes: Values) {
    // A short answer leaves out lines; what was sent stands until the record is read again.
    const next = { ...current.current, ...changes, ...saved };
    current.current = next;
    setBase(next);
    setDrafts((old) => Object.fromEntries(Object.entries(old).filter(([name, value]) => !(name in changes) || value !== changes[name])));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !(name in changes) && name !== '')));
    client.setQueryData(key, next);
    void client.invalidateQueries({ queryKey: ['history', entity.name, record.id] });
    if (Object.keys(changes).some((name) => catalog.field(entity.name, name)?.type === 'children')) void client.invalidateQueries({ queryKey: key });
  }

  async function send(changes: Values, repeat = true): Promise<void> {
    setStatus('saving');
    setSaving(new Set(Object.keys(changes)));
    const before = Object.fromEntries(Object.keys(changes).map((name) => [name, current.current[name]]));
    const origin = { ...current.current, ...Object.fromEntries(Object.keys(changes).flatMap((name) => (name in origins.current ? [[name, origins.current[name]]] : []))) };
    try {
      if (repeat && overlapping(entity, changes, origin, current.current).length) {
        setConflict({ mine: changes, theirs: current.current });
        setStatus('failed');
        return;
      }
      const saved = await records.update(entity.name, record.id, wire(changes), current.current.version);
      for (const name of Object.keys(changes)) delete origins.current[name];
      for (const name of Object.keys(changes)) delete refused.current[name];
      accept(saved, changes);
      setStatus('saved');
      setUndo(() => () => { setUndo(null); enqueue(before); });
    } catch (error) {
      if (isStale(error)) {
        const theirs = await records.get(entity.name, record.id);
        const both = overlapping(entity, changes, origin, theirs);
        current.current = theirs;
        setBase(theirs);
        if (both.length === 0 && repeat) return send(changes, false);
        setConflict({ mine: changes, theirs });
      } else {
        if (error instanceof ApiError && error.status === 422) Object.assign(refused.current, changes);
        setErrors((old) => ({ ...old, ...placeErrors(error, changes, (path) => cellOf(catalog, entity, path)) }));
      }
      setStatus('failed');
    } finally {
      setSaving(new Set());
    }
  }

  function enqueue(changes: Values) {
    queue.current = queue.current.then(() => send(changes)).catch(() => setStatus('failed'));
  }

  const values = useMemo(() => {
    const typed = { ...base, ...drafts } as RecordData;
    // What the server calculated stands until something is typed.
    const isTyped = Object.keys(drafts).length > 0 || Object.values(begun).some((lines) => lines.length > 0);
    return isTyped ? calculate(catalog, entity, typed, begun, world(catalog)) : typed;
  }, [catalog, entity, base, drafts, begun]);
  const gaps = gapsIn(catalog, entity.fields.filter((field) => field.type === 'children' && (field.name in drafts || begun[field.name]?.length)), values, begun);
  const typed = Object.keys(drafts);
  return {
    entity, errors, status, conflict, undo, values, saved: base, begun, gaps,
    unsaved: gaps.length > 0 || typed.some((name) => drafts[name] instanceof Unread || name in errors) || (status === 'failed' && typed.length > 0),
    pending: gaps.length > 0 || typed.length > 0,
    begin: (field, lines) => setBegun((old) => ({ ...old, [field.name]: lines })),
    restore: (field) => {
      setDrafts((old) => without(old, field.name));
      setErrors((old) => without(old, field.name));
      delete origins.current[field.name];
      delete refused.current[field.name];
    },
    isSaving: (field) => saving.has(field.name),
    type: (field, value) => {
      start(field.name);
      setDrafts((old) => ({ ...old, [field.name]: value }));
      setErrors((old) => without(old, field.name));
    },
    save: (field, value) => {
      start(field.name);
      setDrafts((old) => ({ ...old, [field.name]: value }));
      if (value instanceof Unread) return setErrors((old) => ({ ...old, [field.name]: value.problem }));
      setErrors((old) => without(old, field.name));
      if (!same(field, current.current[field.name], value)) return enqueue({ ...refused.current, [field.name]: value });
      setDrafts((old) => without(old, field.name));
      delete origins.current[field.name];
      delete refused.current[field.name];
    },
    resolve: (choice) => {
      setConflict(null);
      if (conflict) for (const name of Object.keys(conflict.mine)) delete origins.current[name];
      setDrafts((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !(conflict && name in conflict.mine))));
      const changes = Object.fromEntries(Object.entries(choice).filter(([name, value]) => !sameValue(catalog.field(entity.name, name)!, current.current[name], value)));
      if (Object.keys(changes).length) enqueue(changes);
      else setStatus('saved');
    },
  };
}

const without = <T,>(all: Record<string, T>, name: string): Record<string, T> => (name in all ? Object.fromEntries(Object.entries(all).filter(([key]) => key !== name)) : all);

/** Messages of a refused save at their fields; those without a place go to the changed field, or over the form. */
function placeErrors(error: unknown, changes: Values, partOf: (path: string) => string | undefined): Record<string, string> {
  const found = messagesByField(error, partOf);
  const [only] = Object.keys(changes);
  if (found[''] && only && Object.keys(found).length === 1 && !(error instanceof ApiError && error.offline)) return { [only]: found[''] };
  return found;
}
