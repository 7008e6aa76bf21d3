import { useTranslation } from 'react-i18next';
import type { RowState } from '../model/rows';

const SHOWN: [Exclude<RowState, 'same'>, string][] = [['added', 'var(--ok)'], ['renamed', 'var(--warn)'], ['removed', 'var(--bad)'], ['changed', 'var(--primary)']];

/** What differs from the published entity, counted by its colour. */
export function StatesBar({ states }: { states: Record<RowState, number> }) {
  const { t } = useTranslation('studio');
  return (
    <div className="states-bar size-12 muted">
      {SHOWN.filter(([state]) => states[state] > 0).map(([state, colour]) => (
        <span key={state} className="row gap-4"><i style={{ background: colour }} />{t(`states.${state}`, { count: states[state] })}</span>
      ))}
    </div>
  );
}
