import type { Field } from '@/catalog/types';

/** What every field input takes. `onChange` follows the typing, `onCommit` comes when the value is final. */
export interface InputProps {
  id: string;
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  onCommit?: (value: unknown) => void;
  error?: string;
  autoFocus?: boolean;
  /** In a cell: no border of its own, opens at once, the field's label only for screen readers. */
  compact?: boolean;
  readOnly?: boolean;
}

/** How wide the list of a narrow cell is at least, so that its entries can be read. */
export const LEAST_LIST = 'min(260px, calc(100vw - 32px))';
