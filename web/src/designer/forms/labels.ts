import { useTranslation } from 'react-i18next';
import { targetOf } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { pathLabels } from '@/list/filter/compose';
import { decompose } from '@/list/filter/decompose';
import { operatorLabel, valueLabel } from '@/list/filter/describe';
import { type FormNode, isTab, typeOf } from '../model/form';
import { type Label, labelOf, textOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** Letters of a text by which it is known. */
const MOST = 48;
const short = (text: string) => (text.length > MOST ? `${text.slice(0, MOST).trimEnd()}…` : text);

/** What the records behind a relation are called, in every language that is known. */
export function useRelationLabel(): (field: Field) => Label {
  const { entity, language } = useStudio();
  return (field) => {
    const far = field.type === 'inverse' ? entity(targetOf(field)) : undefined;
    const known = far?.doc.plural;
    // The relation may have a name of its own.
    return known && textOf(known, language) === field.label ? known : { [language]: field.label };
  };
}

/** What a part is called while it has no name of its own: by its field, its records, its words. */
export function useOwnPartLabel(): (node: FormNode, entity: string) => Label {
  const { t } = useTranslation('studio');
  const { draftCatalog, measures, scripts, language, entity: view } = useStudio();
  const relation = useRelationLabel();
  return (node, entity) => {
    const said = (text: string): Label => ({ [language]: text });
    if (isTab(node)) return said(node.name);
    if (node.type === 'text') return Object.fromEntries(Object.entries(node.text).map(([one, text]) => [one, short(text.split('\n')[0]!)]));
    if (node.type === 'button') return scripts.find((one) => one.name === node.script)?.buttons?.find((one) => one.name === node.button)?.label ?? said(node.button);
    if (node.type === 'widget') {
      if (node.widget.label && textOf(node.widget.label, language)) return node.widget.label;
      if (node.widget.type === 'indicator') return measures.find((one) => one.name === (node.widget as { measure: string }).measure)?.label ?? {};
    }
    const path = 'path' in node ? node.path : undefined;
    if (path === undefined) return said(t(`forms.${node.type}`));
    const fields = draftCatalog().path(entity, path);
    const only = fields?.length === 1 ? fields[0] : undefined;
    if (only && only.type === 'inverse') return relation(only);
    const own = only && view(entity)?.doc.fields?.find((one) => one.name === only.name)?.label;
    return own ?? said(pathLabels(draftCatalog(), entity, path).join(' › '));
  };
}

/** What a part of a form of an entity is called. */
export function usePartLabel(): (node: FormNode, entity: string) => string {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const own = useOwnPartLabel();
  return (node, entity) => labelOf({ label: 'label' in node ? node.label : undefined }, language) || labelOf({ label: own(node, entity) }, language) || t(`forms.${typeOf(node)}`);
}

/** A condition as people say it, in parts; as it is written where it cannot be said so. */
export function useConditionWords(): (text: string, entity: string) => string[] {
  const { draftCatalog } = useStudio();
  return (text, entity) => {
    const catalog = draftCatalog();
    return decompose(catalog, entity, text)?.map((one) => {
      const field = catalog.path(entity, one.path)?.at(-1);
      return [pathLabels(catalog, entity, one.path).join(' › '), operatorLabel(one), field && valueLabel(field, one, catalog.data.workspace.currency)].filter(Boolean).join(' ');
    }) ?? [text];
  };
}
