import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '@/api/error';
import { type Checked, checkExpression, mistakesOf } from '../../state/api';
import type { FieldDoc, Problem } from '../../model/types';
import { inAnswer } from '../../parts/ExpressionInput';

export interface Formula {
  /** What is known of the text as it is typed; while it is new, what was known of the text before. */
  checked?: Checked;
  mistakes: Pick<Problem, 'message' | 'line' | 'column'>[];
  /** Whether the answer is of the text as it stands. */
  current: boolean;
}

/** Asks the server of the formula of a field while it is typed, and of its values on the records. */
export function useFormula(entity: string, field: FieldDoc, records: string[]): Formula {
  const formula = field.formula;
  const written = formula?.expression.trim() ?? '';
  const [text] = useDebouncedValue(written, 400);
  // Names and descriptions change nothing.
  const { label: _, description: __, ...asked } = field;
  const check = useQuery({
    queryKey: ['expression', entity, 'formula', text, { ...asked, formula: { ...formula, expression: '' } }, records],
    queryFn: () => checkExpression({ entity, expression: text, mode: 'value', field: { ...asked, formula: { mode: 'dynamic', ...formula, expression: text } }, records }),
    enabled: text !== '',
    placeholderData: (before: Checked | undefined) => before,
    retry: false,
  });
  const refused = check.error instanceof ApiError && check.error.status >= 400 && check.error.status < 500 ? mistakesOf(check.error) : inAnswer(check.data);
  return { checked: refused.length || text === '' ? undefined : check.data, mistakes: text === written ? refused : [], current: text === written && !check.isPlaceholderData };
}
