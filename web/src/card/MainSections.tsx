import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposed } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { ProblemNote } from '@/fields/Problem';
import { FormField } from './FormField';
import { LinesTable } from './LinesTable';
import type { Sections } from './sections';
import type { RecordForm } from './useRecordForm';

/** A card with a head that folds it. */
export function Section({ title, count, actions, bare = false, folded = false, children }: { title: string; count?: number; actions?: ReactNode; bare?: boolean; folded?: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(!folded);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <section className="card form-section" aria-label={title}>
      <div className="row between form-section-head">
        <UnstyledButton className="row gap-6 section-title" aria-expanded={open} onClick={() => setOpen(!open)}><Chevron size={15} stroke={1.75} color="var(--text-3)" /><h2 className="section-title">{title}</h2>{count !== undefined && <span className="dim medium numbers">{count}</span>}</UnstyledButton>
        {open && actions && <span className="row gap-4">{actions}</span>}
      </div>
      {open && (bare ? children : <div style={{ padding: '0 16px 16px' }}>{children}</div>)}
    </section>
  );
}

interface Props {
  form: RecordForm;
  sections: Sections;
  errors: Record<string, string>;
  mayEdit: boolean;
}

export function MainSections({ form, sections, errors, mayEdit }: Props) {
  const { t } = useTranslation('work');
  const { entity, values } = form;
  const field = (item: Field) => (
    <FormField key={item.name} field={item} value={values[item.name]} error={errors[item.name]} readOnly={!mayEdit} quiet={isComposed(entity)} note={item.calculated && <ProblemNote entity={entity} field={item} record={values} />} onChange={(value) => form.type(item, value)} onCommit={(value) => form.save(item, value)} />
  );
  return (
    <div className="form-sections">
      {sections.main.length > 0 && <Section title={entity.label}><div className="form-grid">{sections.main.map(field)}</div></Section>}
      {sections.lines.map((item) => <LinesTable key={item.name} field={item} form={form} error={errors[item.name]} mayEdit={mayEdit} />)}
      {sections.files.length > 0 && <Section title={t('card.files')}><div className="form-grid">{sections.files.map(field)}</div></Section>}
      {sections.system.length > 0 && <Section title={t('card.about')} folded><div className="form-grid">{sections.system.map(field)}</div></Section>}
    </div>
  );
}
