/** The plan as the analyst reads it: one row for each difference of the draft, with what the server would do for it. */
import { diffDocs, type Difference } from './diff';
import { fieldIndex } from './problems';
import { labelOf, type Doc, type EntityDoc, type FieldDoc, type Language, type Plan, type Problem, type Step, type StepClass } from './types';

export const classOf = (step: Step): StepClass => step.class ?? (step.destructive ? 'hides' : 'safe');

export interface PlanRow {
  document?: string;
  difference?: Difference;
  /** The step that says the difference in the server's words. */
  said?: Step;
  steps: Step[];
  warnings: Problem[];
  class: StepClass;
}

export interface PlanRows {
  rows: PlanRow[];
  /** Warnings about no row in particular. */
  apart: Problem[];
}

type Documents = ReadonlyMap<string, Doc>;

/** Which difference a step or a warning is about, by its code. */
const ABOUT: Record<string, (one: Difference) => boolean> = {
  'plan.create_entity': (one) => one.code === 'docAdded',
  'plan.restore_entity': (one) => one.code === 'docAdded',
  'plan.purged_entity': (one) => one.code === 'docAdded',
  'plan.add_document': (one) => one.code === 'docAdded',
  'plan.post_register': (one) => one.code === 'docAdded',
  'plan.hide_entity': (one) => one.code === 'docRemoved',
  'plan.remove_document': (one) => one.code === 'docRemoved',
  'plan.rename_document': (one) => one.code === 'docRenamed',
  'plan.add_field': (one) => one.code === 'fieldAdded',
  'plan.add_field_filled': (one) => one.code === 'fieldAdded',
  'plan.create_junction': (one) => one.code === 'fieldAdded',
  'plan.restore_field': (one) => one.code === 'fieldAdded',
  'plan.restore_junction': (one) => one.code === 'fieldAdded',
  'plan.purged_field': (one) => one.code === 'fieldAdded',
  'migration.restored_empty': (one) => one.code === 'fieldAdded',
  'plan.hide_field': (one) => one.code === 'fieldRemoved',
  'plan.hide_junction': (one) => one.code === 'fieldRemoved',
  'plan.convert_field': (one) => one.code === 'fieldType',
  'migration.not_convertible': (one) => one.code === 'fieldType',
  'migration.rounded': (one) => one.code === 'fieldType' || one.key === 'scale',
  'plan.rename_field': (one) => one.code === 'fieldKey' && one.key === 'name',
  'plan.rename_choices': (one) => one.code.startsWith('fieldChoice'),
  'migration.choice_removed': (one) => one.code === 'fieldChoiceRemoved' || one.key === 'choice_set',
  'migration.out_of_range': (one) => one.key === 'min' || one.key === 'max',
  'migration.too_long': (one) => one.key === 'max_length',
  'migration.required_empty': (one) => one.key === 'required' || one.code === 'fieldAdded',
  'migration.duplicates': (one) => one.key === 'unique',
  'plan.add_unique': (one) => one.key === 'unique',
  'plan.drop_unique': (one) => one.key === 'unique',
  'plan.add_index': (one) => one.key === 'indexes',
  'plan.drop_index': (one) => one.key === 'indexes',
  'plan.widens_rights': (one) => one.code === 'rights',
  'plan.widens_entity': (one) => one.key === 'access',
};
/** Steps that say less than the difference itself. */
const GENERAL = new Set(['plan.change_document', 'plan.rewrite_reference', 'plan.add_references']);

/** Puts every step and warning to the difference it is about; a step about none has a row of its own. */
export function planRows(plan: Plan, changed: Iterable<string>, published: Documents, documents: Documents, language: Language): PlanRows {
  const rows: PlanRow[] = [];
  for (const document of changed) {
    const differences = diffDocs(published.get(document), documents.get(document));
    for (const difference of differences.length ? differences : [undefined]) rows.push({ document, difference, steps: [], warnings: [], class: 'safe' });
  }
  const namesOf = (row: PlanRow) => fieldNames(row, published, documents, language);
  for (const step of plan.steps) {
    const own = rows.filter((row) => row.document === step.document);
    const found = best(own, step.code, step.summary, namesOf);
    const row = found?.row ?? own[0] ?? rows.find((one) => step.code !== undefined && GENERAL.has(step.code) && isCause(one, step.code));
    if (!row) {
      rows.push({ document: step.document, said: step, steps: [step], warnings: [], class: classOf(step) });
      continue;
    }
    // What a register makes of the records says more than the tables of its lists.
    const isList = step.document?.startsWith('register/') && step.code === 'plan.create_entity';
    if (!row.said && !isList && !GENERAL.has(step.code ?? '') && (found?.fits || !row.difference)) row.said = step;
    row.steps.push(step);
    row.class = worse(row.class, classOf(step));
  }
  const apart: Problem[] = [];
  for (const warning of plan.warnings) {
    const own = rows.filter((row) => warning.document !== undefined && row.document === warning.document);
    const found = best(own, warning.code, warning.message, namesOf, pointed(warning, published, documents));
    const row = found?.row ?? (own.length === 1 ? own[0] : undefined);
    if (row) row.warnings.push(warning);
    else apart.push(warning);
  }
  return { rows, apart };
}

/** Steps that follow from a rename or from new tables elsewhere. */
const isCause = (row: PlanRow, code: string): boolean =>
  code === 'plan.add_references' ? row.difference?.code === 'docAdded' || row.difference?.code === 'fieldAdded' : row.difference?.code === 'docRenamed' || row.difference?.key === 'name';

/** The row that fits best: that of the field which the text names, and of what the code is about. */
function best(rows: PlanRow[], code: string | undefined, text: string, namesOf: (row: PlanRow) => string[], ids: string[] = []): { row: PlanRow; fits: boolean } | undefined {
  let found: { row: PlanRow; fits: boolean } | undefined;
  let most = 0;
  for (const row of rows) {
    if (!row.difference) continue;
    const fits = Boolean(code && ABOUT[code]?.(row.difference));
    const named = namesOf(row).some((name) => text.includes(`› ${name}”`) || text.includes(`› ${name}»`));
    const score = (named ? 4 : 0) + (fits ? 2 : 0) + (ids.includes(idOf(row)) ? 1 : 0);
    if (score <= most) continue;
    most = score;
    found = { row, fits };
  }
  return found;
}

const idOf = (row: PlanRow): string => (row.difference?.thing as FieldDoc | undefined)?.id ?? '';

/** The field of the row as it was called and is called. */
function fieldNames(row: PlanRow, published: Documents, documents: Documents, language: Language): string[] {
  const id = idOf(row);
  if (!id || !row.document?.startsWith('entity/')) return [];
  const versions = [published, documents].map((all) => (all.get(row.document!) as EntityDoc | undefined)?.fields?.find((field) => field.id === id));
  return versions.filter((field) => field !== undefined).map((field) => labelOf(field, language));
}

function pointed(warning: Problem, published: Documents, documents: Documents): string[] {
  const index = fieldIndex(warning.path);
  if (index === undefined || !warning.document) return [];
  return [published, documents].map((all) => (all.get(warning.document!) as EntityDoc | undefined)?.fields?.[index]?.id ?? '').filter(Boolean);
}

const ORDER: StepClass[] = ['safe', 'rewrites', 'hides'];
const worse = (one: StepClass, other: StepClass): StepClass => (ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other);
