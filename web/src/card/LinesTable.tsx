import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isNumeric } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field } from '@/catalog/types';
import { parseUnits, unitsToText } from '@/expression/decimal';
import { FieldValue } from '@/fields/FieldValue';
import { defaultValues, isWritable } from '@/fields/mapping';
import { currencySymbol, formatDecimal } from '@/fields/numbers';
import { CellEditor } from '@/list/grid/CellEditor';
import { isLineWhole, isTotalled, lineFields } from './lines';
import { Section } from './MainSections';
import type { RecordForm } from './useRecordForm';

type Line = Record<string, unknown>;

const WIDTHS: Partial<Record<Field['type'], string>> = { money: '112px', decimal: '96px', integer: '84px', percent: '84px', choice: '120px', boolean: '64px', date: '112px' };
let counter = 0;

/** The widths of a line's cells: the first link or text takes what is left. */
export function lineTemplate(fields: Field[]): string {
  const wide = fields.findIndex((field) => ['text', 'link', 'long_text'].includes(field.type));
  return ['32px', ...fields.map((field, index) => (index === wide ? 'minmax(160px, 1fr)' : (WIDTHS[field.type] ?? 'minmax(110px, 0.6fr)'))), '36px'].join(' ');
}

interface Props {
  field: Field;
  form: RecordForm;
  error?: string;
  mayEdit: boolean;
}

/** Lines that belong to the record, edited in place like a sheet; totals follow the typing. */
export function LinesTable({ field, form, error, mayEdit }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const target = catalog.entity(field.target);
  const fields = lineFields(catalog, field);
  const kept = (form.values[field.name] as Line[] | null | undefined) ?? [];
  const [fresh, setFresh] = useState<Line[]>([]);
  const [cell, setCell] = useState<{ index: number; name: string } | null>(null);
  const lines = [...kept, ...fresh];
  const editable = fields.filter(isWritable);
  useEffect(() => setFresh((old) => old.filter((line) => !kept.some((item) => item.id === line.id))), [kept]);

  function store(next: Line[]) {
    const whole = next.filter((line) => !String(line.id).startsWith('new:') || isLineWhole(fields, line));
    setFresh(next.filter((line) => !whole.includes(line)));
    form.save(field, whole);
  }
  // Lines are known by their place: a new one gets another id as soon as it has been saved.
  const change = (index: number, name: string, value: unknown) => store(lines.map((item, place) => (place === index ? { ...item, [name]: value } : item)));
  function add() {
    const line: Line = { id: `new:${++counter}`, ...defaultValues(fields) };
    setFresh([...fresh, line]);
    const first = editable[0];
    if (first) setCell({ index: lines.length, name: first.name });
  }
  function finish(index: number, name: string, step?: 'down' | 'right' | 'left') {
    const at = editable.findIndex((item) => item.name === name);
    const next = step === 'right' ? editable[at + 1] : step === 'left' ? editable[at - 1] : undefined;
    if (next) return setCell({ index, name: next.name });
    if (step === 'right' && index === lines.length - 1) return add();
    setCell(null);
  }
  const total = (item: Field) => unitsToText(lines.reduce((sum, line) => sum + (parseUnits(String(line[item.name] ?? '')) ?? 0n), 0n));
  const template = lineTemplate(fields);
  const totalled = fields.filter(isTotalled);
  const label = (item: Field) => (item.type === 'money' ? [item.label, currencySymbol(item.currency ?? catalog.data.workspace.currency)].filter(Boolean).join(', ') : item.label);
  if (!target) return null;
  return (
    <Section title={field.label} count={lines.length} bare actions={mayEdit && <Button variant="subtle" size="compact-xs" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('lines.add')}</Button>}>
      {error && <div className="control-error" style={{ padding: '0 16px 8px' }}>{error}</div>}
      <div className="lines-scroll">
        <div role="table" aria-label={field.label} style={{ minWidth: fields.length * 96 + 68 }}>
          <div role="row" className="lines-head" style={{ gridTemplateColumns: template }}>
            <span role="columnheader" aria-label={t('lines.number')} className="line-number">№</span>
            {fields.map((item) => <span key={item.name} role="columnheader" className={isNumeric(item) ? 'grid-cell right' : 'grid-cell'}>{label(item)}{item.required && <span className="bad" aria-hidden>*</span>}</span>)}
            <span role="columnheader" aria-label={t('common:action.remove')} />
          </div>
          {lines.map((line, index) => (
            <div role="row" key={index} className={cell?.index === index ? 'line current' : 'line'} style={{ gridTemplateColumns: template }}>
              <span role="cell" className="line-number dim numbers">{index + 1}</span>
              {fields.map((item) => {
                const editing = cell?.index === index && cell.name === item.name;
                const open = mayEdit && isWritable(item);
                return (
                  <span role="cell" key={item.name} className={`grid-cell${isNumeric(item) ? ' right numbers' : ''}${editing ? ' editing' : ''}${isTotalled(item) ? ' medium' : ''}`}>
                    {editing ? <CellEditor key={`${index}-${item.name}`} field={item} value={line[item.name] ?? null} onSave={(value) => change(index, item.name, value)} onFinish={(step) => finish(index, item.name, step)} />
                      : open ? <button type="button" className="line-cell" onClick={() => setCell({ index, name: item.name })} onFocus={(event) => event.currentTarget.matches(':focus-visible') && setCell({ index, name: item.name })}><span className="visually-hidden">{`${item.label}, ${index + 1}`}</span><FieldValue field={{ ...item, currency: null, type: item.type === 'money' ? 'decimal' : item.type }} value={item.type === 'money' && line[item.name] ? line[item.name] : line[item.name]} inRow /></button>
                        : <FieldValue field={item} value={line[item.name]} inRow />}
                  </span>
                );
              })}
              <span role="cell" className="row" style={{ justifyContent: 'center' }}>{mayEdit && <ActionIcon className="line-remove" aria-label={t('lines.remove', { number: index + 1 })} onClick={() => store(lines.filter((_, place) => place !== index))}><IconTrash size={15} stroke={1.75} /></ActionIcon>}</span>
            </div>
          ))}
          <div role="row" className="lines-foot" style={{ gridTemplateColumns: template }}>
            <span role="cell" />
            {fields.map((item, index) => (
              <span role="cell" key={item.name} className={isNumeric(item) ? 'grid-cell right numbers strong size-14' : 'grid-cell'}>
                {totalled.includes(item) ? formatDecimal(total(item), item.scale ?? 2) : index === 0 && mayEdit ? <button type="button" className="line-new" onClick={add}><IconPlus size={14} stroke={1.75} />{t('lines.new')}</button> : fields[index + 1] && totalled[0] === fields[index + 1] ? <span className="muted nowrap" style={{ fontWeight: 400, fontSize: 13 }}>{t('lines.total')}</span> : null}
              </span>
            ))}
            <span role="cell" />
          </div>
        </div>
      </div>
    </Section>
  );
}
