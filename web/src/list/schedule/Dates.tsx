import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldInput } from '@/fields/FieldInput';
import type { Dated, Item } from './items';

interface Props {
  dated: Dated;
  item: Item;
  onSave: (values: Record<string, unknown>) => void;
  onClose: () => void;
}

/** Both ends of a record, typed: the way for those who do not drag. */
export default function Dates({ dated, item, onSave, onClose }: Props) {
  const { t } = useTranslation('work');
  const fields = [dated.start, ...(dated.end ? [dated.end] : [])];
  const [values, setValues] = useState<Record<string, unknown>>(Object.fromEntries(fields.map(({ name }) => [name, item.record[name] ?? null])));
  return (
    <Modal opened onClose={onClose} title={item.title} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-12" onSubmit={(event) => { event.preventDefault(); onSave(values); }}>
        {fields.map((field) => <FieldInput key={field.name} id={`dates-${field.name}`} field={field} value={values[field.name]} onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))} onCommit={(value) => setValues((now) => ({ ...now, [field.name]: value }))} />)}
        <div className="row gap-8" style={{ justifyContent: 'flex-end', marginTop: 8 }}>
          <Button variant="default" onClick={onClose}>{t('common:action.cancel')}</Button>
          <Button type="submit">{t('calendar.move')}</Button>
        </div>
      </form>
    </Modal>
  );
}
