import { createContext, useContext } from 'react';
import type { Field } from '@/catalog/types';

/** What conditions make of a field of a record: whether it is there, whether it needs a value, and why it stays as it is. */
export interface FieldState {
  shown: boolean;
  required: boolean;
  /** What people read of a field that can no more be changed; empty where nobody said it. */
  locked?: string;
}

/** The record that inputs are of: what they may be given depends on its values, saved or not. */
export interface OfRecord {
  entity: string;
  /** Nobody has saved a new one. */
  id?: string;
  /** Whether the field is one of the record, and not of something else that is edited beside it. */
  has: (field: Field) => boolean;
  stateOf: (field: Field) => FieldState;
  /** Choices that may be taken; nothing where only the server can tell. */
  choicesOf: (field: Field) => string[] | undefined;
  /** Lines of a field as they were saved. */
  savedLines: (field: Field) => unknown[];
  /** What is typed and not saved, as it would be written. */
  unsaved: () => Record<string, unknown>;
}

export const RecordContext = createContext<OfRecord | null>(null);

/** The record that a field is of; nothing where nobody says. */
export function useOfRecord(field: Field): OfRecord | null {
  const record = useContext(RecordContext);
  return record?.has(field) ? record : null;
}

export function useFieldState(field: Field): FieldState {
  return useOfRecord(field)?.stateOf(field) ?? { shown: true, required: !!field.required };
}
