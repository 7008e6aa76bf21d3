import { useTranslation } from 'react-i18next';
import { Components, FormPart } from './Components';
import { type Layout, LayoutContext } from './context';
import type { Component, FormTab } from './types';

export const SIDE_TAB = '~side';

export interface Side {
  label: string;
  items: Component[];
  /** The same as a tab, where there is no room beside the form. */
  tab: FormTab;
}

/** What stands beside a form now, if anything does. */
export function useSide({ layout, isShown, variant, drawn }: Layout): Side | undefined {
  const { t } = useTranslation('work');
  const items = (layout.side ?? []).filter(isShown);
  if (items.length === 0 && !drawn) return undefined;
  const [only] = items.length === 1 ? items : [];
  const named = only && 'label' in only ? only.label : undefined;
  const label = named ?? t(only?.type === 'history' ? 'card.history' : 'form.beside');
  return { label, items, tab: { name: SIDE_TAB, label, in: [variant], components: items } };
}

/** The column beside a form: history takes all of it, other components stand below one another. */
export function SideColumn({ state, side }: { state: Layout; side: Side }) {
  const [only] = side.items;
  const isHistory = side.items.length === 1 && only!.type === 'history' && !state.drawn;
  return (
    <LayoutContext value={{ ...state, narrow: true }}>
      <aside className="card-side" aria-label={side.label}>
        {isHistory && <div className="section-title" style={{ padding: '14px 16px 8px' }}>{side.label}</div>}
        <div className={isHistory ? 'card-side-scroll' : 'card-side-scroll form-side'} tabIndex={0} role="group" aria-label={side.label}>{isHistory ? <FormPart component={only!} /> : <div className="form-sections" data-into={state.drawn && '/side'}><Components items={side.items} columns={1} /></div>}</div>
      </aside>
    </LayoutContext>
  );
}
