import { IconAlertTriangle } from '@tabler/icons-react';
import { Component as ReactComponent, type CSSProperties, lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ButtonPart } from './ButtonPart';
import { useLayout } from './context';
import { FieldPart } from './FieldPart';
import { HistoryPart } from './HistoryPart';
import { ImagePart } from './ImagePart';
import { LinesPart } from './LinesPart';
import { LettersPart, RelatedPart } from './RelatedPart';
import { SectionPart } from './SectionPart';
import { TabsPart } from './TabsPart';
import { TextPart } from './TextPart';
import type { Component } from './types';

const WidgetPart = lazy(async () => ({ default: (await import('./WidgetPart')).WidgetPart }));

/** A component that cannot be drawn says so, and leaves the others. */
class Guard extends ReactComponent<{ said: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <div className="form-part-failed" role="alert"><IconAlertTriangle size={16} stroke={1.75} /><span>{this.props.said}</span></div>;
  }
}

function Drawn({ component, nested }: { component: Component; nested: boolean }) {
  switch (component.type) {
    case 'section':
      return <SectionPart component={component} nested={nested} />;
    case 'tabs':
      return <TabsPart component={component} />;
    case 'field':
      return <FieldPart component={component} />;
    case 'lines':
      return <LinesPart component={component} />;
    case 'related':
      return <RelatedPart component={component} />;
    case 'letters':
      return <LettersPart />;
    case 'text':
      return <TextPart component={component} />;
    case 'image':
      return <ImagePart component={component} />;
    case 'button':
      return <ButtonPart component={component} />;
    case 'widget':
      return <Suspense fallback={null}><WidgetPart component={component} /></Suspense>;
    case 'history':
      return <HistoryPart component={component} />;
  }
}

/** One component of a form, whatever it is. */
export function FormPart({ component, nested = false }: { component: Component; nested?: boolean }) {
  const { t } = useTranslation('work');
  const drawn = <Guard said={t('form.part_failed')}><Drawn component={component} nested={nested} /></Guard>;
  if (component.at === undefined) return drawn;
  const span = component.type === 'field' ? (component.span ?? 1) : 0;
  return <div data-at={component.at} data-part={component.type} className={span ? `form-drawn form-cell span-${span}` : 'form-drawn'} style={span ? ({ '--span': span } as CSSProperties) : undefined}>{drawn}</div>;
}

/** What stands in one row with its likes: buttons, and widgets in as many columns as there is room for. */
const together: Partial<Record<Component['type'], string>> = { button: 'form-buttons', widget: 'form-widgets' };

/**
 * Components below one another; fields among them stand in a grid of `columns`, in which the rest has whole rows.
 * Places are those of the form, seen or not, so that nothing is made anew under somebody's hands when a condition turns.
 */
export function Components({ items, nested = false, columns = 2 }: { items: Component[]; nested?: boolean; columns?: number }) {
  const { isShown, variant } = useLayout();
  const runs: { kind?: string; at: number; parts: { at: number; component: Component }[] }[] = [];
  items.forEach((component, at) => {
    const kind = together[component.type];
    if (!kind || runs.at(-1)?.kind !== kind) runs.push({ kind, at, parts: [] });
    if (isShown(component)) runs.at(-1)!.parts.push({ at, component });
  });
  const isGrid = items.some((component) => component.type === 'field');
  const shown = runs.filter(({ parts }) => parts.length > 0);
  const drawn = shown.map(({ kind, at, parts: [first, ...rest] }) => {
    const part = <FormPart key={first!.at} component={first!.component} nested={nested} />;
    if (kind) return <div key={at} className={isGrid ? `form-row ${kind}` : kind}>{part}{rest.map((one) => <FormPart key={one.at} component={one.component} nested={nested} />)}</div>;
    return isGrid && first!.component.type !== 'field' ? <div key={at} className="form-row">{part}</div> : part;
  });
  if (!isGrid || shown.length === 0) return drawn;
  return <div className={`form-grid columns-${columns}${variant === 'phone' ? ' phone-fields' : ''}`}>{drawn}</div>;
}
