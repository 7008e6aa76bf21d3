import { useTranslation } from 'react-i18next';
import type { DashboardDoc } from '../model/dashboard';
import { type FormDoc, nodeOf } from '../model/form';
import { fieldIndex } from '../model/problems';
import { labelOf, splitKey, type ColumnDoc, type DatasetDoc, type EntityDoc, type Problem } from '../model/types';
import { useStudio } from './StudioProvider';

export interface Place {
  to: string;
  search?: Record<string, string>;
}

/** Where a document is edited. */
export function placeOfDocument(key: string | undefined): Place {
  if (!key) return { to: '/studio' };
  const { kind, name } = splitKey(key);
  if (kind === 'entity') return { to: `/studio/model/${name}` };
  if (kind === 'choice_set') return { to: '/studio/choices', search: { set: name } };
  if (kind === 'application') return { to: '/studio/navigation', search: { app: name } };
  if (kind === 'dataset') return { to: '/studio/datasets', search: { set: name } };
  if (kind === 'register') return { to: '/studio/registers', search: { register: name } };
  if (kind === 'measure') return { to: '/studio/measures', search: { measure: name } };
  if (kind === 'dashboard') return { to: `/studio/dashboards/${name}` };
  if (kind === 'form') return { to: `/studio/forms/${name}` };
  if (kind === 'script') return { to: '/studio/scripts', search: { script: name } };
  return { to: '/studio/access', search: { role: name } };
}

/** Gives the way to the place of a problem, down to the field and tab. */
export function usePlace(): (problem: Problem) => Place {
  const { state } = useStudio();
  return (problem) => {
    const place = placeOfDocument(problem.document);
    if (problem.document?.startsWith('script/') && !problem.path.startsWith('/source')) return { ...place, search: { ...place.search, tab: problem.path.startsWith('/tests') ? 'tests' : 'calls' } as Record<string, string> };
    const widget = problem.document?.startsWith('dashboard/') && /^\/widgets\/(\d+)/.exec(problem.path)?.[1];
    if (widget) return { ...place, search: { widget: (state.documents.get(problem.document!) as DashboardDoc | undefined)?.widgets?.[Number(widget)]?.name } as Record<string, string> };
    const form = problem.document?.startsWith('form/') && (state.documents.get(problem.document) as FormDoc | undefined);
    if (form) return { ...place, search: { at: nodeOf(form, problem.path) } as Record<string, string> };
    const part = problem.document?.startsWith('dataset/') && /^\/parts\/(\d+)/.exec(problem.path)?.[1];
    if (part) return { ...place, search: { ...place.search, part } as Record<string, string> };
    if (!problem.document?.startsWith('entity/')) return place;
    const index = fieldIndex(problem.path);
    const field = index === undefined ? undefined : (state.documents.get(problem.document) as EntityDoc | undefined)?.fields?.[index];
    if (field?.id) return { ...place, search: { field: field.id } };
    if (/^\/(rules|access)/.test(problem.path)) return { ...place, search: { tab: 'rules' } };
    if (problem.path.startsWith('/unique') || problem.path.startsWith('/indexes')) return { ...place, search: { tab: 'indexes' } };
    return place;
  };
}

/** Names a document (and the field inside it) as people call them: `Deal › Amount`. */
export function useDocumentTitle(): (problem: { document?: string; path?: string }) => string {
  const { state, language, entityLabel } = useStudio();
  const { t } = useTranslation('studio');
  return ({ document, path = '' }) => {
    if (!document) return t('problems.general');
    const { kind, name } = splitKey(document);
    const doc = state.documents.get(document) ?? state.published.get(document);
    const title = kind === 'entity' ? entityLabel(name) : labelOf(doc ?? { name }, language);
    const index = fieldIndex(path);
    const field = index === undefined ? (doc?.kind === 'dataset' ? columnAt(doc, path) : undefined) : (doc as EntityDoc | undefined)?.fields?.[index];
    return field ? `${title} › ${labelOf(field, language)}` : title;
  };
}

/** The column that a value of a part belongs to. */
const columnAt = (doc: DatasetDoc, path: string): ColumnDoc | undefined => {
  const name = /^\/parts\/\d+\/values\/(\w+)/.exec(path)?.[1];
  return doc.fields.find((column) => column.name === name);
};
