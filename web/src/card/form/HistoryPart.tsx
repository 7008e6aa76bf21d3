import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import { History } from '../History';
import { LETTERS, lettersOf, relatedFilter } from '../related';
import { RelatedList } from '../RelatedList';
import { useLayout } from './context';
import type { Of } from './types';

/** What was changed, and, where a form is drawn and there are any, the letters of the record. */
export function HistoryPart({ component }: { component: Of<'history'> }) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const { entity, form, layout, variant, title, narrow, isShown } = useLayout();
  const { id } = form.values;
  const [shown, setShown] = useState('changes');
  const [letters] = layout.name ? lettersOf(catalog, entity) : [];
  const filter = letters && relatedFilter(catalog, letters, id);
  const count = useQuery({ queryKey: ['records', LETTERS, 'related-count', filter], queryFn: ({ signal }) => records.query(LETTERS, { select: ['id'], filter, limit: 1, count: 'exact' }, signal), enabled: !!letters, staleTime: 60_000 });
  const choice = letters && !!count.data?.count && <SegmentedControl size="xs" className="history-choice" value={shown} onChange={setShown} data={[{ value: 'changes', label: t('form.changes') }, { value: 'letters', label: `${letters.label} ${count.data.count}` }]} />;
  const inner = <>{choice}{letters && choice && shown === 'letters' ? <RelatedList field={letters} owner={form.values} ownerTitle={title} /> : <History entity={entity} id={id} />}</>;
  const heading = <div className="section-title" style={{ paddingBottom: 12 }}>{component.label ?? t('card.history')}</div>;
  // Alone in its column, or on a tab of its own, it has its name over it already.
  const beside = (layout.side ?? []).filter(isShown);
  const isNamed = component.label || (beside.includes(component) && beside.length > 1);
  if (narrow) return <div>{beside.length > 1 && heading}{inner}</div>;
  if (variant === 'phone') return <div style={{ padding: 16 }}>{isNamed && heading}{inner}</div>;
  return <div className="card" style={{ padding: 16, maxWidth: 760 }}>{isNamed && heading}{inner}</div>;
}
