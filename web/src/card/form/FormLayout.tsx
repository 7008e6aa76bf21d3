import './form.css';
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSummary } from '../FormSummary';
import { CardTab } from './CardTab';
import { Components } from './Components';
import { type Layout, LayoutContext, reaches } from './context';
import { everyOne } from './layout';
import { NewForm } from './NewForm';
import { SideColumn, useSide } from './SideColumn';
import type { FormTab } from './types';
import { type LayoutOptions, useLayoutOf } from './useLayoutOf';

interface BodyProps {
  /** What stands at the end of the row of tabs, such as whether all is saved. */
  aside?: ReactNode;
  /** The tab that is looked at; without it the address says which. */
  tab?: string;
  onTab?: (name: string) => void;
}

/** A form of a record, drawn or generated, in whatever variant. */
export function FormLayout({ aside, tab, onTab, ...options }: LayoutOptions & BodyProps) {
  return <LayoutBody state={useLayoutOf(options)} aside={aside} tab={tab} onTab={onTab} />;
}

/** The same, for a card that looks at the form itself. */
export function LayoutBody({ state, ...body }: BodyProps & { state: Layout }) {
  const isNew = state.variant === 'create' || state.variant === 'quick';
  return <LayoutContext value={state}>{isNew ? <NewForm /> : <CardTabs state={state} {...body} />}</LayoutContext>;
}

const holdsFields = (tab: FormTab) => everyOne(tab.components).some((part) => 'type' in part && (part.type === 'field' || part.type === 'lines'));

/** The tabs of a card, what stands in one of them, and the column beside. */
function CardTabs({ state, aside, tab: given, onTab }: BodyProps & { state: Layout }) {
  const { t } = useTranslation('work');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { tab?: string };
  const { layout, entity, errors, title, variant, wanted } = state;
  const phone = variant === 'phone';
  const isNarrow = useMediaQuery('(max-width: 1240px)', window.innerWidth <= 1240);
  const narrow = isNarrow && !state.drawn;
  const side = useSide(state);
  const shown = state.tabsShown(layout.tabs);
  // A drawn form keeps what stands beside it where there is no room for that; the generated one has it as a tab anyway.
  const tabs = layout.name && side && (phone || narrow) ? [...shown, side.tab] : shown;
  const first = tabs[0]?.name;
  const asked = given ?? search.tab;
  const current = tabs.find((tab) => tab.name === asked) ?? tabs[0];
  const pick = onTab ?? ((next: string) => void navigate({ to: '.', search: (was: Record<string, unknown>) => ({ ...was, tab: next === first ? undefined : next }), replace: true }));
  useEffect(() => {
    const holder = wanted && tabs.find((tab) => reaches(tab.components, wanted.path));
    if (holder && holder !== current) pick(holder.name);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a new wish turns the page.
  }, [wanted]);
  const strip = tabs.map((tab) => <CardTab key={tab.name} tab={tab} props={{ type: 'button', role: 'tab', className: 'tab', 'aria-selected': tab === current, onClick: () => pick(tab.name) }} />);
  const hasStrip = tabs.length > 1 || !!(layout.name && aside);
  const summary = current && holdsFields(current) && <FormSummary entity={entity} errors={errors} onPick={state.want} />;
  if (phone) {
    return (
      <>
        {(tabs.length > 1 || state.drawn) && <div className="tabs phone-tabs" role="tablist" aria-label={title} data-into={state.drawn && '/tabs'}>{strip}</div>}
        {current && <div key={current.name} className="phone-tab" data-into={current.at && `${current.at}/components`}>{summary}<Components items={current.components} /></div>}
      </>
    );
  }
  const hasSide = side && !narrow && (layout.name ? true : current?.name === first);
  return (
    <>
      {hasStrip && <div className="tabs" style={{ marginTop: 8, padding: '0 10px' }}><div className="tab-list" role="tablist" aria-label={title} data-into={state.drawn && '/tabs'}>{strip}</div><span className="grow" /><span style={{ padding: '0 10px', display: 'flex' }}>{aside}</span></div>}
      <div className="row grow" style={{ alignItems: 'stretch', minHeight: 0 }}>
        <div className="card-body" role="tabpanel" tabIndex={0} aria-label={current?.label ?? t('card.main')}>
          {summary}
          {current && <div key={current.name} className={isList(current) && !state.drawn ? undefined : 'form-sections'} data-into={current.at && `${current.at}/components`}><Components items={current.components} /></div>}
        </div>
        {hasSide && <SideColumn state={state} side={side} />}
      </div>
    </>
  );
}

/** Whether a tab is one list, which takes all the room there is. */
const isList = (tab: FormTab) => tab.components.length === 1 && ['related', 'letters'].includes(tab.components[0]!.type);
