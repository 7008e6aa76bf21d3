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
  return <div data-at={component.at} className={span ? `form-drawn form-cell span-${span}` : `form-drawn ${component.type}`} style={span ? ({ '--span': span } as CSSProperties) : undefined}>{drawn}</div>;
}

/** What stands in one row with its likes: fields share a grid, buttons a row, widgets as many columns as there is room for. */
const together: Partial<Record<Component['type'], string>> = { field: 'fields', button: 'buttons', widget: 'widgets' };
const keyOf = (component: Component, index: number) => component.name ?? ('path' in component && component.path ? `${component.type} ${component.path}` : component.type === 'button' && typeof component.button === 'object' ? `${component.script}.${component.button.name}` : `${component.type} ${index}`);

/** Components below one another, those of a kind that shares a row beside each other; `columns` for the fields among them. */
export function Components({ items, nested = false, columns = 2 }: { items: Component[]; nested?: boolean; columns?: number }) {
  const { isShown, variant } = useLayout();
  const runs: { kind?: string; parts: { key: string; component: Component }[] }[] = [];
  items.forEach((component, index) => {
    if (!isShown(component)) return;
    const kind = together[component.type];
    const run = kind && runs.at(-1)?.kind === kind ? runs.at(-1)! : { kind, parts: [] };
    if (run !== runs.at(-1)) runs.push(run);
    run.parts.push({ key: keyOf(component, index), component });
  });
  return runs.map(({ kind, parts }) => {
    const drawn = parts.map(({ key, component }) => <FormPart key={key} component={component} nested={nested} />);
    if (!kind) return drawn;
    const first = parts[0]!.key;
    if (kind === 'fields' && variant === 'phone') return <div key={first} className="phone-fields">{drawn}</div>;
    return <div key={first} className={kind === 'fields' ? `form-grid columns-${columns}` : `form-${kind}`}>{drawn}</div>;
  });
}
