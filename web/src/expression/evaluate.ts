/** What an evaluation sees: the record on the form and the world around it. */
export interface Context {
  record: Record<string, unknown>;
  user?: Record<string, unknown>;
  timeZone?: string;
  language?: string;
}

export function evaluateCondition(_expression: unknown, _context: Context): boolean {
  throw new Error('not yet');
}

export function fieldsOf(_expression: unknown): string[] {
  return [];
}
