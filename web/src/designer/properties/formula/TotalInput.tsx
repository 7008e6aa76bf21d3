import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Catalog } from '@/catalog/catalog';
import { PathInput } from '../../measures/PathInput';
import { composeTotal, decomposeTotal, fitsTotal, NEW_TOTAL, partsOf, type Total, TOTALS } from '../../model/total';
import { ConditionChips } from '../../parts/ConditionInput';

interface Props {
  catalog: Catalog;
  entity: string;
  value: string;
  error?: string;
  onChange: (expression: string) => void;
}

/** A total of related records, composed by mouse: what is counted, of which field, of which records. */
export function TotalInput({ catalog, entity, value, error, onChange }: Props) {
  const { t } = useTranslation('studio');
  const [total, setTotal] = useState<Total>(() => decomposeTotal(catalog, entity, value) ?? NEW_TOTAL);
  useEffect(() => {
    // The text may become another one elsewhere: by undo, or by whoever else draws.
    if ((composeTotal(catalog, entity, total) ?? '') !== value.trim()) setTotal(decomposeTotal(catalog, entity, value) ?? NEW_TOTAL);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [value]);
  const change = (next: Total) => {
    const field = next.path ? catalog.path(entity, next.path)?.at(-1) : undefined;
    // What does not fit another function leaves its records, so that their conditions stay.
    const known = field && !fitsTotal(next.function, field) ? { ...next, path: partsOf(catalog, entity, next.path)?.relation } : next;
    setTotal(known);
    onChange(composeTotal(catalog, entity, known) ?? '');
  };
  const target = partsOf(catalog, entity, total.path)?.target;
  const counts = total.function === 'count';
  return (
    <div className="column gap-8 total-input">
      <Select label={t('total.function')} value={total.function} allowDeselect={false} data={TOTALS.map((name) => ({ value: name, label: t(`total.${name}`) }))} onChange={(name) => name && change({ ...total, function: name as Total['function'] })} />
      <PathInput key={total.function} label={t('total.of')} entity={entity} value={total.path} many placeholder={t(counts ? 'total.choose_records' : 'total.choose')} error={composeTotal(catalog, entity, total) ? error : t('total.unfinished')} accept={(field) => fitsTotal(total.function, field)}
        onChange={(path) => change({ ...total, path, conditions: partsOf(catalog, entity, path)?.target === target ? total.conditions : [] })} />
      {target && (
        <div>
          <div className="form-label">{t('total.where')}</div>
          <ConditionChips label={t('total.where')} catalog={catalog} entity={target} conditions={total.conditions} onChange={(conditions) => change({ ...total, conditions })} />
          {total.conditions.length === 0 && <p className="hint">{t('total.all')}</p>}
        </div>
      )}
    </div>
  );
}
