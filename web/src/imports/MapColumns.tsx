import { Button, Select } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ColumnTarget, ImportPreview, Mapping } from '@/api/imports';
import { type Catalog, ownFields, systemFields, targetOf } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field } from '@/catalog/types';
import { isWritable } from '@/fields/mapping';

interface Props {
  entity: Entity;
  file: File;
  preview: ImportPreview;
  busy: boolean;
  error: string;
  onBack: () => void;
  onStart: (mapping: Mapping, key: string | null, dryRun: boolean) => void;
}

const SAMPLES = 3;

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** What the server guessed, and `Company name` in a file of companies: the field that is left when the entity's own word is taken off. */
export function guesses(entity: Entity, columns: ImportPreview['columns']): (string | null)[] {
  const taken = new Set(columns.flatMap((column) => column.field ?? []));
  const own = ownFields(entity).filter((field) => isWritable(field) && field.type !== 'children');
  return columns.map((column) => {
    if (column.field) return column.field;
    const header = plain(column.header);
    const field = own.find((item) => !taken.has(item.name) && (header === plain(entity.name + item.name) || header === plain(entity.label + item.label)));
    if (field) taken.add(field.name);
    return field?.name ?? null;
  });
}

/** Whether a column brings dates with strokes, which do not say themselves which of their numbers is the day. */
export function isOrderOpen(entity: Entity, name: string | null | undefined, samples: string[]): boolean {
  const field = entity.fields.find((item) => item.name === name);
  return (field?.type === 'date' || field?.type === 'datetime') && samples.some((sample) => /^\s*\d{1,2}\/\d{1,2}\/\d{2}/.test(sample));
}

/** Fields by which records of another entity are named in a file, its title first. */
export function waysToFind(catalog: Catalog, field: Field | undefined): Field[] {
  const target = field && ['link', 'links', 'user'].includes(field.type) ? catalog.entity(targetOf(field)) : undefined;
  const ways = target?.fields.filter((item) => WAYS.includes(item.type) && (!item.system || target.system)) ?? [];
  const rank = (item: Field) => (item.name === (target?.name === 'user' ? 'email' : target?.title) ? 0 : item.type === 'auto_number' ? 1 : 2);
  return [...ways].sort((a, b) => rank(a) - rank(b));
}

const WAYS = ['text', 'email', 'phone', 'url', 'integer', 'auto_number'];
const BY_ID = ' id';
const isId = (text: string) => /^\s*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\s*$/i.test(text);

/** Which column goes into which field, and by which field known records are found. */
export function MapColumns({ entity, file, preview, busy, error, onBack, onStart }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const { columns } = preview;
  const [fields, setFields] = useState<(string | null)[]>(() => guesses(entity, columns));
  const [bys, setBys] = useState<(string | null)[]>(() => columns.map(() => null));
  const [key, setKey] = useState<string | null>(() => (columns.some((column) => column.field === 'id') ? 'id' : null));
  const targets = useMemo(() => {
    const own = [...ownFields(entity), ...systemFields(entity)].filter((field) => (isWritable(field) || field.type === 'auto_number') && !['children', 'file', 'image', 'secret'].includes(field.type));
    const guessed = columns.flatMap((column) => (column.field && !own.some((field) => field.name === column.field) ? [{ value: column.field, label: entity.fields.find((field) => field.name === column.field)?.label ?? column.field }] : []));
    return [...own.map((field) => ({ value: field.name, label: field.label })), ...guessed];
  }, [entity, columns]);
  const waysOf = (index: number) => waysToFind(catalog, entity.fields.find((item) => item.name === fields[index]));
  const wayOf = (index: number) => bys[index] ?? (columns[index]!.samples.length > 0 && columns[index]!.samples.every(isId) ? BY_ID : (waysOf(index)[0]?.name ?? BY_ID));
  const target = (index: number): ColumnTarget => {
    const name = fields[index] ?? null;
    if (!name || waysOf(index).length === 0) return name;
    return wayOf(index) === BY_ID ? { field: name, by: 'id' } : { field: name, by: wayOf(index) };
  };
  const mapping = Object.fromEntries(columns.map((column, index) => [column.header, target(index)]));
  const used = fields.flatMap((name) => name ?? []);
  const missing = key === 'id' ? [] : ownFields(entity).filter((field) => field.required && isWritable(field) && field.default === undefined && !used.some((name) => name.split('.')[0] === field.name) && field.type !== 'children');
  return (
    <div className="card import-card wide">
      <h2 className="section-title">{file.name}</h2>
      <p className="muted" style={{ margin: '2px 0 14px' }}>{t('import.map_text')}</p>
      <div className="import-table" role="table" aria-label={t('import.step_columns')}>
        <div role="row" className="import-row import-head"><span role="columnheader">{t('import.column')}</span><span role="columnheader">{t('import.samples')}</span><span role="columnheader">{t('import.field')}</span></div>
        {columns.map((column, index) => (
          <div role="row" key={index} className="import-row">
            <span role="cell" className="medium ellipsis">{column.header}</span>
            <span role="cell" className="muted ellipsis">{column.samples.slice(0, SAMPLES).join(' · ')}</span>
            <span role="cell"><Select aria-label={t('import.field_for', { name: column.header })} placeholder={t('import.skip')} clearable clearButtonProps={{ 'aria-label': t('field.clear') }} searchable data={targets} value={fields[index] ?? null} nothingFoundMessage={t('common:palette.nothing')} onChange={(next) => { setFields(fields.map((item, position) => (position === index ? next : item))); setBys(bys.map((item, position) => (position === index ? null : item))); }} />
              {waysOf(index).length > 0 && <Select mt={4} size="xs" aria-label={t('import.found_by_for', { name: column.header })} allowDeselect={false} data={[...waysOf(index).map((way) => ({ value: way.name, label: t('import.found_by', { label: way.label }) })), { value: BY_ID, label: t('import.found_by_id') }]} value={wayOf(index)} onChange={(next) => setBys(bys.map((item, position) => (position === index ? next : item)))} />}
              {isOrderOpen(entity, fields[index], column.samples) && <span className="size-12 dim">{t(catalog.data.workspace.language === 'en' ? 'import.month_first' : 'import.day_first')}</span>}
            </span>
          </div>
        ))}
      </div>
      <div style={{ maxWidth: 360, marginTop: 16 }}>
        <Select label={t('import.key')} description={t('import.key_text')} placeholder={t('import.no_key')} clearable clearButtonProps={{ 'aria-label': t('field.clear') }} data={targets.filter((target) => used.includes(target.value))} value={key} onChange={setKey} />
      </div>
      {missing.length > 0 && <div className="warn" style={{ marginTop: 12 }}>{t('import.missing', { fields: missing.map((field) => field.label).join(', ') })}</div>}
      {error && <div className="form-summary" role="alert" style={{ marginTop: 12 }}>{error}</div>}
      <div className="row gap-8" style={{ marginTop: 20, flexWrap: 'wrap' }}>
        <Button loading={busy} disabled={used.length === 0} rightSection={<IconArrowRight size={15} stroke={1.75} />} onClick={() => onStart(mapping, key, true)}>{t('import.try')}</Button>
        <Button variant="subtle" onClick={onBack}>{t('import.other_file')}</Button>
      </div>
    </div>
  );
}
