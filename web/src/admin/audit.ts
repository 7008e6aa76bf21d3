/** What of the audit is looked for. */
export interface AuditFilter {
  person: string | null;
  entity: string | null;
  operation: string | null;
  from: string;
  to: string;
}

export const NO_FILTER: AuditFilter = { person: null, entity: null, operation: null, from: '', to: '' };

/** Every act there is, in the order people look for them. */
export const OPERATIONS = [
  'sign_in', 'sign_in_failed', 'sessions_ended', 'password_changed', 'factor_enabled', 'factor_removed', 'factor_reset', 'recovery_codes', 'recovery_code_used', 'token_made', 'token_revoked',
  'create', 'update', 'delete', 'restore', 'read', 'export', 'publish', 'settings', 'identity_linked', 'identity_unlinked', 'person_added', 'person_disabled', 'audit_trimmed',
];

const quote = (text: string) => JSON.stringify(text);
const midnight = (day: string, later: number) => {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year!, month! - 1, date! + later).toISOString();
};

/** The filter as an expression; the last day is meant whole. */
export function filterOf({ person, entity, operation, from, to }: AuditFilter): string | undefined {
  const parts = [
    person && `(actor == ${quote(person)} || entity == "user" && record == ${quote(person)})`,
    entity && `entity == ${quote(entity)}`,
    operation && `operation == ${quote(operation)}`,
    from && `at >= ${quote(midnight(from, 0))}`,
    to && `at < ${quote(midnight(to, 1))}`,
  ].filter(Boolean);
  return parts.length ? parts.join(' && ') : undefined;
}
