import { Button } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { type Catalog, targetOf } from '@/catalog/catalog';
import { CatalogProvider } from '@/catalog/useCatalog';
import type { Entity, Reference } from '@/catalog/types';
import { recordTitle } from '@/fields/title';
import { composeFilter, quote } from '@/list/filter/compose';
import { decompose } from '@/list/filter/decompose';
import { FilterChips } from '@/list/filter/FilterBar';
import type { Condition } from '@/list/filter/model';
import type { Scope } from '../model/datasetScope';
import type { MeasureParameterDoc } from '../model/types';
import type { EntityView } from '../state/views';
import { useStudio } from '../state/StudioProvider';
import { ExpressionInput } from './ExpressionInput';

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  entity?: EntityView;
  /** What the condition speaks of, where it is not the record of an entity. */
  scope?: Scope;
  /** What a condition without parts is: nothing fits it, unless said otherwise. */
  empty?: string;
  /** What to say while there is no part. */
  hint?: string;
  error?: string;
  rows?: number;
  /** Names that may stand in it beside those of fields. */
  parameters?: MeasureParameterDoc[];
}

/** What a condition without parts says: no record fits, so that nothing is opened or refused by an oversight. */
export const NOTHING = 'false';

/** A condition on a record, composed by mouse over the attribute tree; one that was written otherwise is an expression. */
export function ConditionInput({ label, value, onChange, entity, scope, empty = NOTHING, hint, error, rows, parameters }: Props) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const [written, setWritten] = useState(false);
  const text = value.trim();
  const catalog = scope?.catalog ?? (entity && draftCatalog());
  const name = scope?.name ?? entity?.name;
  const conditions = useMemo(() => (catalog && name ? (['', NOTHING].includes(text) ? [] : decompose(catalog, name, text)) : undefined), [catalog, name, text]);
  if (!catalog || !name || !conditions || written) {
    return (
      <div>
        <ExpressionInput label={label} value={value} onChange={(typed) => { setWritten(true); onChange(typed); }} entity={entity} scope={scope} mode="rule" error={error} rows={rows} parameters={parameters} />
        {conditions ? <Button size="compact-xs" variant="subtle" mt={4} onClick={() => setWritten(false)}>{t('condition.compose')}</Button> : catalog && <p className="hint">{t('condition.written')}</p>}
      </div>
    );
  }
  return (
    <div>
      <div className="row between expression-head">
        <span className="form-label" style={{ margin: 0 }}>{label}</span>
        <Button size="compact-xs" variant="subtle" onClick={() => setWritten(true)}>{t('condition.write')}</Button>
      </div>
      <ConditionChips label={label} catalog={catalog} entity={name} conditions={conditions} onChange={(next) => onChange(composeFilter(catalog, name, next) ?? empty)} />
      {conditions.length === 0 && <p className="hint">{hint ?? t('condition.none')}</p>}
      {error && <div className="control-error" role="alert">{error}</div>}
    </div>
  );
}

interface ChipsProps {
  label: string;
  catalog: Catalog;
  entity: string;
  conditions: Condition[];
  onChange: (conditions: Condition[]) => void;
}

/** Conditions on records as chips, each with the titles of the records that it names. */
export function ConditionChips({ label, catalog, entity, conditions, onChange }: ChipsProps) {
  const { t } = useTranslation('studio');
  const titled = useTitled(catalog, entity, conditions);
  return (
    <CatalogProvider catalog={catalog}>
      <div className="row gap-6 condition-chips" role="group" aria-label={label}>
        <FilterChips entity={entity} conditions={titled} addLabel={t('condition.add')} onChange={onChange} />
      </div>
    </CatalogProvider>
  );
}

const isReference = (value: unknown): value is Reference => typeof value === 'object' && value !== null && 'id' in value;
const referencesIn = (condition: Condition) => (Array.isArray(condition.value) ? condition.value.filter(isReference) : []);

/** The conditions with the titles of the records that they name: an expression knows only their identities. */
function useTitled(catalog: Catalog, entity: string, conditions: Condition[]): Condition[] {
  const { t } = useTranslation('studio');
  const wanted = new Map<Entity, Set<string>>();
  for (const condition of conditions) {
    const field = catalog.path(entity, condition.path)?.at(-1);
    const target = field && catalog.entity(targetOf(field));
    if (target) for (const { id } of referencesIn(condition)) wanted.set(target, (wanted.get(target) ?? new Set()).add(id));
  }
  const found = useQueries({
    queries: [...wanted].map(([target, ids]) => ({
      queryKey: ['records', target.name, 'titles', [...ids].sort()],
      queryFn: ({ signal }: { signal: AbortSignal }) => records.query(target.name, { select: ['id', ...(target.title ? [target.title] : [])], filter: `id in [${[...ids].map(quote).join(', ')}]`, limit: ids.size }, signal),
      retry: false,
    })),
  });
  const titles = new Map([...wanted].flatMap(([target, ids], at) => {
    const read = found[at]?.data?.items.map((record) => [record.id, recordTitle(target, record)] as const);
    return read ? [...[...ids].map((id) => [id, t('condition.gone')] as const), ...read] : [];
  }));
  return conditions.map((condition) => (referencesIn(condition).length ? { ...condition, value: referencesIn(condition).map(({ id }) => ({ id, title: titles.get(id) ?? '…' })) } : condition));
}
