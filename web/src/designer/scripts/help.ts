import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Help } from './rhai';

/** What scripts can call beside the functions of expressions, with their parameters. */
const OWN: [string, string][] = [
  ['get', 'entity, id'], ['find', 'entity, condition, values, options'], ['find_one', 'entity, condition, values'], ['count', 'entity, condition, values'], ['create', 'entity, values'],
  ['update', 'record, values'], ['delete', 'record'], ['http', 'request'], ['mail::send', 'letter'], ['message::send', 'message'], ['measures::value', 'name, asked'], ['measures::values', 'list'], ['files::create', 'file'], ['files::text', 'file'], ['fail', 'message, field'], ['log', 'value'], ['today', ''], ['now', ''], ['to_json', 'value'], ['parse_json', 'text'], ['split', 'text, by'],
  ['join', 'list, by'], ['sum', 'records, |r| …'], ['any', 'records, |r| …'], ['all', 'records, |r| …'], ['filter', 'records, |r| …'], ['first', 'records'], ['len', 'value'], ['round', 'value, digits'],
  ['add_days', 'value, number'], ['add_months', 'value, number'], ['to_upper', 'text'], ['to_lower', 'text'], ['trim', 'text'], ['contains', 'text, part'], ['like', 'text, part'], ['to_string', 'value'],
];

/** The functions with words for them, for completion while one types. */
export function useHelp(): Help[] {
  const { t } = useTranslation('studio');
  return useMemo(() => OWN.map(([name, parameters]) => ({ name, parameters, text: t(`function.${name === 'find_one' ? 'find_first' : name.replace('::', '_')}`) })), [t]);
}
