import { Button, Modal, Radio } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reference } from '@/catalog/types';
import { formatClock } from '@/fields/dates';
import { FieldValue } from '@/fields/FieldValue';
import type { Conflict, RecordForm } from './useRecordForm';

/** Somebody saved the same fields first: field by field, whose value stays; ours is preselected. */
export function ConflictDialog({ form, conflict }: { form: RecordForm; conflict: Conflict }) {
  const { t } = useTranslation('work');
  const { mine, theirs } = conflict;
  const fields = form.entity.fields.filter((field) => field.name in mine);
  const [picked, setPicked] = useState<Record<string, 'mine' | 'theirs'>>({});
  const who = (theirs.updated_by as Reference | null)?.title ?? t('conflict.somebody');
  const when = theirs.updated_at ? formatClock(new Date(String(theirs.updated_at))) : '';
  const choice = (all?: 'theirs') => Object.fromEntries(fields.map((field) => [field.name, (all ?? picked[field.name] ?? 'mine') === 'mine' ? mine[field.name] : theirs[field.name]]));
  return (
    <Modal opened onClose={() => form.resolve(choice('theirs'))} size="lg" title={t('conflict.title', { name: who })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <div className="muted" style={{ marginBottom: 12 }}>{t('conflict.text')}</div>
      <div className="card conflict" role="table" aria-label={t('conflict.text')}>
        <div className="conflict-row conflict-head" role="row"><span role="columnheader">{t('conflict.field')}</span><span role="columnheader">{t('conflict.yours')}</span><span role="columnheader">{t('conflict.theirs', { name: who, time: when })}</span></div>
        {fields.map((field) => (
          <div key={field.name} className="conflict-row" role="row">
            <span role="rowheader" className="muted">{field.label}</span>
            {(['mine', 'theirs'] as const).map((side) => (
              <span role="cell" key={side}><Radio name={`conflict-${field.name}`} checked={(picked[field.name] ?? 'mine') === side} onChange={() => setPicked({ ...picked, [field.name]: side })} label={<FieldValue field={field} value={(side === 'mine' ? mine : theirs)[field.name]} inRow={field.type !== 'long_text'} />} aria-label={`${field.label}: ${side === 'mine' ? t('conflict.yours') : who}`} /></span>
            ))}
          </div>
        ))}
      </div>
      <div className="row gap-8" style={{ marginTop: 14 }}><Button onClick={() => form.resolve(choice())}>{t('conflict.save')}</Button><Button variant="default" onClick={() => form.resolve(choice('theirs'))}>{t('conflict.take', { name: who })}</Button></div>
    </Modal>
  );
}
