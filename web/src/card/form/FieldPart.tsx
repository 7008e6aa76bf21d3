import { Tooltip } from '@mantine/core';
import { IconArrowRampRight } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposed } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field } from '@/catalog/types';
import { FieldValue } from '@/fields/FieldValue';
import { ProblemNote } from '@/fields/Problem';
import { FieldRow } from '../FieldRow';
import { FormField } from '../FormField';
import { isWide } from '../sections';
import type { RecordForm } from '../useRecordForm';
import { useLayout } from './context';
import { labelOf, wayOf } from './layout';
import type { Of } from './types';

/** A value of a record behind links, and the way there. */
function Behind({ field, value, phone, hint }: { field: Field; value: unknown; phone: boolean; hint?: string | null }) {
  const { t } = useTranslation('work');
  if (phone) return <div className="field-row phone"><span className="field-row-label">{field.label}</span><span className="field-row-value"><span className="grow"><FieldValue field={field} value={value} /></span></span></div>;
  const said = t('form.behind');
  return (
    <div className="form-field">
      <div className="form-label">{field.label}<Tooltip label={said}><span className="row" style={{ marginLeft: 'auto', color: 'var(--text-3)' }} role="img" aria-label={said}><IconArrowRampRight size={13} stroke={1.75} /></span></Tooltip></div>
      <div className="fixed-value"><FieldValue field={field} value={value} /></div>
      {hint && <div className="size-12 dim" style={{ marginTop: 4 }}>{hint}</div>}
    </div>
  );
}

/** A field of the record, or one behind links. */
export function FieldPart({ component }: { component: Of<'field'> }) {
  const catalog = useCatalog();
  const { form, entity, variant, facts, errors, mayEdit, first, holds } = useLayout();
  const way = wayOf(catalog, entity, component.path);
  if (!way) return null;
  const isOwn = way.fields.length === 1;
  const phone = variant === 'phone';
  const label = component.label || (isOwn ? way.last.label : labelOf(way));
  const field: Field = { ...way.last, label, ...(component.hint ? { description: component.hint } : {}), ...(component.read_only && { read_only: true, required: false }) };
  const tone = component.style?.find((style) => style.when !== undefined && holds(style))?.color;
  const span = component.span ?? (isOwn && isWide(field) ? 4 : 1);
  const drawn = () => {
    if (!isOwn) return <Behind field={field} value={facts.facts[component.path]} phone={phone} hint={component.hint} />;
    const value = form.values[field.name];
    if (phone) return <FieldRow phone field={field} form={form as RecordForm} error={errors[field.name]} mayEdit={mayEdit} />;
    const note = field.calculated && form.values.id && <ProblemNote entity={entity} field={field} record={form.values} />;
    return <FormField field={field} value={value} error={errors[field.name]} readOnly={!mayEdit} quiet={isComposed(entity)} autoFocus={first === component.path || undefined} note={note} onChange={(next) => form.type(field, next)} onCommit={variant === 'edit' ? (next) => form.save(field, next) : undefined} />;
  };
  return <div className={`form-cell span-${span}${tone ? ` form-toned hue-${tone}` : ''}`} style={{ '--span': span } as CSSProperties}>{drawn()}</div>;
}
