import { Button, Modal, Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconPencil } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { type Operation, records as calls } from '@/api/records';
import { ownFields, systemFields } from '@/catalog/catalog';
import type { Entity, RecordData } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { isWritable, toWire } from '@/fields/mapping';
import { Unread } from '@/fields/unread';
import { toast } from '@/ui/toast';
import { quote } from './filter/compose';

/** Changes that one call takes. */
const LIMIT = 1000;

/** Gives one field the same value in all marked records; the toast brings the old values back. */
export function BulkEdit({ entity, records }: { entity: Entity; records: RecordData[] }) {
  const { t } = useTranslation('work');
  const client = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState<string | null>(null);
  const [value, setValue] = useState<unknown>(null);
  const [error, setError] = useState('');
  const fields = [...ownFields(entity), ...systemFields(entity)].filter((field) => isWritable(field) && !['children', 'secret', 'file', 'image'].includes(field.type));
  const field = fields.find((item) => item.name === name);

  async function apply(event: FormEvent) {
    event.preventDefault();
    if (!field) return;
    if (value instanceof Unread) return setError(value.problem);
    const ids = records.map((record) => record.id);
    const parts = Array.from({ length: Math.ceil(ids.length / LIMIT) }, (_, at) => ids.slice(at * LIMIT, (at + 1) * LIMIT));
    const read = async () => {
      const pages: RecordData[][] = [];
      for (const part of parts) pages.push((await calls.query(entity.name, { select: ['id', 'version', field.name], filter: `id in [${part.map(quote).join(', ')}]`, limit: part.length })).items);
      return pages.flat();
    };
    const change = async (items: RecordData[], value: (id: string) => unknown) => {
      for (let from = 0; from < items.length; from += LIMIT) await calls.batch(items.slice(from, from + LIMIT).map((item): Operation => ({ op: 'update', entity: entity.name, id: item.id, version: item.version, values: { [field.name]: value(item.id) } })));
    };
    try {
      const items = await read();
      const before = new Map(items.map((item) => [item.id, item[field.name]]));
      await change(items, () => toWire(field, value));
      setOpened(false);
      await client.invalidateQueries({ queryKey: ['records', entity.name] });
      toast(t('list.bulk_changed', { count: ids.length, label: field.label }), {
        undo: async () => {
          await read().then((now) => change(now, (id) => toWire(field, before.get(id)))).catch(() => toast(t('list.undo_failed'), { tone: 'bad' }));
          await client.invalidateQueries({ queryKey: ['records', entity.name] });
        },
      });
    } catch (cause) {
      setError(Object.values(messagesByField(cause))[0] ?? t('list.not_saved'));
    }
  }
  return (
    <>
      <Button variant="subtle" size="xs" leftSection={<IconPencil size={15} stroke={1.75} />} onClick={() => setOpened(true)}>{t('list.edit_field')}</Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t('list.edit_field_in', { count: records.length })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <form onSubmit={(event) => void apply(event)} className="column gap-12">
          <Select label={t('list.field')} data={fields.map((item) => ({ value: item.name, label: item.label }))} value={name} onChange={(next) => { setName(next); setValue(null); setError(''); }} searchable openOnFocus={false} data-autofocus />
          {field && <div><label className="form-label" htmlFor="bulk-value">{t('filter.value')}</label><FieldInput key={field.name} id="bulk-value" field={field} value={value} onChange={(next) => { setValue(next); setError(''); }} error={error || undefined} /></div>}
          <div className="row gap-8 right"><Button variant="subtle" onClick={() => setOpened(false)}>{t('common:action.cancel')}</Button><Button type="submit" disabled={!field}>{t('common:action.save')}</Button></div>
        </form>
      </Modal>
    </>
  );
}
