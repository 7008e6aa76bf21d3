import { useTranslation } from 'react-i18next';
import { writeJson } from '@/api/json';
import { useWidgetLabel } from '../dashboards/labels';
import { usePartLabel } from '../forms/labels';
import type { WidgetDoc } from '../model/dashboard';
import type { FormNode } from '../model/form';
import type { Difference } from '../model/diff';
import { labelOf, textOf, type ChoiceDoc, type FieldDoc, type Label } from '../model/types';
import { useStudio } from '../state/StudioProvider';

const isWidget = (thing: unknown): thing is WidgetDoc => typeof thing === 'object' && thing !== null && 'place' in thing;

const isPart = (thing: unknown): thing is { part: FormNode; entity: string } => typeof thing === 'object' && thing !== null && 'part' in thing;

/** Words a difference in the reader's language. */
export function useDifferenceWords(): (one: Difference) => string {
  const { t } = useTranslation('studio');
  const { language, entityLabel, datasetViews } = useStudio();

  const value = (part: unknown, key?: string): string => {
    if (part === undefined || part === null || part === '') return t('fields.empty');
    if (typeof part === 'boolean') return t(part ? 'properties.yes' : 'properties.no');
    if (key === 'target' || key === 'choice_set') return entityLabel(String(part));
    if (key === 'on_delete') return t(`relation.${String(part)}_short`);
    if (Array.isArray(part)) return part.map((one) => (Array.isArray(one) ? one.join(' + ') : typeof one === 'object' ? textOf((one as { message?: Label }).message, language) : String(one))).join(', ') || t('fields.empty');
    if (typeof part === 'object') {
      const known = part as Label & { expression?: string };
      return known.expression ?? (textOf(known, language) || writeJson(part));
    }
    return String(part);
  };
  const widget = useWidgetLabel();
  const part = usePartLabel();
  const name = (thing: unknown): string => {
    if (isPart(thing)) return part(thing.part, thing.entity);
    if (isWidget(thing)) return widget(thing);
    if (typeof thing === 'string') return thing === '*' ? t('access.otherwise') : entityLabel(thing);
    const doc = thing as FieldDoc & ChoiceDoc;
    // A column of a dataset may be called as what it takes.
    const column = doc?.id && !doc.label ? datasetViews.flatMap((view) => view.doc.fields ?? []).find((field) => field.id === doc.id) : undefined;
    if (column) return labelOf(column, language);
    return labelOf({ label: doc?.label, name: doc?.name ?? doc?.value }, language);
  };
  const operations = (list: unknown): string => (Array.isArray(list) ? list.map((one) => t(`operation.${String(one)}`).toLowerCase()).join(', ') : '');

  return (one) => {
    const shared = { thing: name(one.thing), was: one.was ? name(one.was) : '', key: one.key ? t(`key.${one.key}`, { defaultValue: one.key }) : '' };
    if (one.code === 'fieldType') return t('diff.fieldType', { ...shared, from: t(`type.${String(one.from)}`), to: t(`type.${String(one.to)}`) });
    if (one.code === 'given' || one.code === 'taken' || one.code === 'ruled') return t(`diff.${one.code}`, { ...shared, to: operations(one.to) });
    if (one.code === 'rights') return t('diff.rights', { to: Array.isArray(one.to) && one.to.length ? one.to.map((right) => t(`right.${String(right)}`)).join(', ') : t('fields.empty') });
    if (one.code === 'turnoversBy') return t('diff.turnoversBy', { to: t(`balances.by_${String(one.to)}`).toLowerCase() });
    return t(`diff.${one.code}`, { ...shared, from: value(one.from, one.key), to: value(one.to, one.key) });
  };
}
