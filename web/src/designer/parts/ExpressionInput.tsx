import { Button, Menu, Popover, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCheck, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { writeJson } from '@/api/json';
import { records } from '@/api/records';
import { CatalogProvider, useCatalog } from '@/catalog/useCatalog';
import { FieldPicker } from '@/list/filter/FieldPicker';
import type { Scope } from '../model/datasetScope';
import type { EntityView } from '../state/views';
import { termOf } from '../model/terms';
import { labelOf, type MeasureParameterDoc } from '../model/types';
import { checkExpression, mistakesOf } from '../state/api';
import { useStudio } from '../state/StudioProvider';

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  entity?: EntityView;
  /** What it speaks of, where it is not the record of an entity: then it is checked with its document. */
  scope?: Scope;
  /** Whether it stands in a pop-up itself, which a click in another one would close. */
  inside?: boolean;
  mode: 'rule' | 'default' | 'value';
  error?: string;
  rows?: number;
  /** Parameters of a measure, which its filter may name. */
  parameters?: MeasureParameterDoc[];
}

/** An expression, checked by the server while it is typed: its type, or its mistakes with their places. */
export function ExpressionInput({ label, value, onChange, entity, scope, inside = false, mode, error, rows = 2, parameters }: Props) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const input = useRef<HTMLTextAreaElement>(null);
  const [text] = useDebouncedValue(value.trim(), 500);
  const known = !scope && (Boolean(entity?.published) || mode === 'default');
  const sample = useSample(mode === 'value' ? entity : undefined);
  const check = useQuery({
    queryKey: ['expression', entity?.name, mode, text, sample?.id, parameters],
    queryFn: () => checkExpression({ entity: entity?.name, expression: text, mode, record: sample?.id, ...(parameters?.length && { parameters: parameters.map(({ name, type, target }) => ({ name, type, ...(target && { target }) })) }) }),
    enabled: text !== '' && known,
    retry: false,
  });
  const current = text === value.trim();
  const mistakes = check.error instanceof ApiError && check.error.status >= 400 && check.error.status < 500 ? mistakesOf(check.error) : inAnswer(check.data);
  const found = current && mistakes.length ? mistakes.map((one) => (one.line ? `${t('expression.at', { line: one.line, column: one.column ?? 1 })} ${one.message}` : one.message)).join('\n') : undefined;
  const doubts = current && !mistakes.length ? (check.data?.warnings ?? []) : [];
  const type = current && !mistakes.length ? typeName(check.data?.type) : undefined;

  const insert = (name: string) => {
    const at = input.current?.selectionStart ?? value.length;
    onChange(`${value.slice(0, at)}${name}${value.slice(at)}`);
    input.current?.focus();
  };

  return (
    <div>
      <div className="row between expression-head">
        <span className="form-label" style={{ margin: 0 }}>{label}</span>
        <span className="row gap-6">
          {type && <span className="row gap-4 size-12 ok medium"><IconCheck size={14} stroke={2} />{t(`type.${type}`, { defaultValue: type })}</span>}
          {entity && !scope && mode === 'rule' && <Fields entity={entity} onPick={insert} />}
          {scope ? <Attributes scope={scope} inside={inside} onPick={insert} /> : entity && mode === 'value' && <Attributes scope={{ catalog: draftCatalog(), name: entity.name }} onPick={insert} />}
        </span>
      </div>
      <Textarea ref={input} value={value} rows={rows} autosize minRows={rows} spellCheck={false} aria-label={label} error={found ?? error} classNames={{ input: 'control-input expression', error: 'control-error pre-line' }}
        onChange={(event) => onChange(event.currentTarget.value)} />
      {type && sample && check.data?.value !== undefined && <div className="size-12 muted" style={{ margin: '4px 0' }} role="status">{t('expression.sample', { record: sample.title })} <b className="numbers">{shownValue(check.data.value) ?? t('fields.empty')}</b></div>}
      {doubts.map((doubt) => <div key={doubt.message} className="size-12 warn" role="status">{doubt.message}</div>)}
    </div>
  );
}

/** The newest record of the entity, on which a formula is tried. */
function useSample(entity: EntityView | undefined): { id: string; title: string } | undefined {
  const known = entity?.published && !entity.readOnly ? entity.published : undefined;
  const catalog = useCatalog();
  const name = catalog.entity(known?.name)?.operations.read ? known?.name : undefined;
  const title = catalog.entity(name)?.title;
  const found = useQuery({
    queryKey: ['records', name, 'sample'],
    queryFn: ({ signal }) => records.query(name!, { select: ['id', ...(title ? [title] : [])], sort: ['-created_at'], limit: 1 }, signal),
    enabled: Boolean(name),
    retry: false,
  });
  const record = found.data?.items[0];
  const text = title ? record?.[title] : undefined;
  return record && { id: String(record.id), title: typeof text === 'string' ? text : String((text as { title?: string } | null | undefined)?.title ?? '…') };
}

export function shownValue(value: unknown): string | undefined {
  if (value === null || value === '') return undefined;
  if (typeof value === 'object') return String((value as { title?: unknown }).title ?? writeJson(value));
  return String(value);
}

/** The attribute tree to insert from; what leads to many records is added up or counted. */
function Attributes({ scope: { catalog, name }, inside = false, onPick }: { scope: Scope; inside?: boolean; onPick: (text: string) => void }) {
  const { t } = useTranslation('studio');
  const [opened, setOpened] = useState(false);
  const pick = (path: string) => {
    setOpened(false);
    onPick(termOf(catalog, name, path));
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={300} withinPortal={!inside} trapFocus>
      <Popover.Target><Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} stroke={1.75} />} onClick={() => setOpened(!opened)}>{t('expression.field')}</Button></Popover.Target>
      <Popover.Dropdown p={8}><CatalogProvider catalog={catalog}><FieldPicker entity={name} accept={(field) => !['json', 'address', 'location', 'secret', 'file', 'image'].includes(field.type)} onPick={pick} /></CatalogProvider></Popover.Dropdown>
    </Popover>
  );
}

function Fields({ entity, onPick }: { entity: EntityView; onPick: (name: string) => void }) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const fields = [...entity.builtIn.map((field) => ({ name: field.name, label: field.label })), ...(entity.doc.fields ?? []).map((field) => ({ name: field.name, label: labelOf(field, language) }))];
  return (
    <Menu position="bottom-end">
      <Menu.Target><Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} stroke={1.75} />}>{t('expression.field')}</Button></Menu.Target>
      <Menu.Dropdown mah={300} style={{ overflowY: 'auto' }}>{fields.map((field) => <Menu.Item key={field.name} onClick={() => onPick(field.name)}>{field.label}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  );
}

export function inAnswer(answer: unknown): { message: string; line?: number; column?: number }[] {
  const errors = (answer as { errors?: unknown } | undefined)?.errors;
  return Array.isArray(errors) ? errors : [];
}

export function typeName(type: unknown): string | undefined {
  if (typeof type === 'string') return type;
  if (typeof type === 'object' && type !== null) return Object.values(type).find((value): value is string => typeof value === 'string') ?? Object.keys(type)[0];
  return undefined;
}
