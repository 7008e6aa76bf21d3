import { ActionIcon, Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLock, IconPlus, IconTrash } from '@tabler/icons-react';
import { Fragment, use, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isNumeric } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field } from '@/catalog/types';
import { parseUnits, unitsToText } from '@/expression/decimal';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/format';
import { defaultValues, isWritable } from '@/fields/mapping';
import { RecordContext, useFieldState } from '@/fields/ofRecord';
import { currencySymbol, formatDecimal } from '@/fields/numbers';
import { Unread } from '@/fields/unread';
import { CellEditor, type Step } from '@/list/grid/CellEditor';
import { stateOf } from './conditions';
import { filled } from './formulas';
import { chosenFields, isLineBegun, isLineWhole, isNewLine, isTotalled, type Line, lineFields } from './lines';
import { RecordConditions } from './RecordConditions';
import { world } from './rules';
import { Section } from './Section';
import type { RecordForm } from './useRecordForm';

const WIDTHS: Partial<Record<Field['type'], number>> = { money: 112, decimal: 96, integer: 84, percent: 84, choice: 120, boolean: 64, date: 112 };
const WIDEST_HEAD = 200;
/** A letter of a head, with some room to spare, and what stands beside it: the padding, the star. */
const LETTER = 7.6;
const BESIDE = 38;
let counter = 0;

/** The widths of a line's cells: none less than its head needs, and the first link or text takes what is left. */
export function lineTemplate(fields: Field[], label: (field: Field) => string, phone: boolean): { template: string; least: number } {
  const wide = fields.findIndex((field) => ['text', 'link', 'long_text'].includes(field.type));
  const head = (field: Field) => Math.min(WIDEST_HEAD, Math.ceil(label(field).length * LETTER) + BESIDE);
  const least = fields.map((field, index) => Math.max(head(field), index === wide ? (phone ? 116 : 160) : phone ? 84 : (WIDTHS[field.type] ?? 110)));
  const columns = fields.map((field, index) => (index === wide ? `minmax(${least[index]}px, 1fr)` : WIDTHS[field.type] ? `${least[index]}px` : `minmax(${least[index]}px, 0.6fr)`));
  return { template: ['32px', ...columns, '36px'].join(' '), least: least.reduce((sum, width) => sum + width, 68) };
}

/** A column of money says its currency in the head, once. */
const plain = (field: Field): Field => (field.type === 'money' ? { ...field, currency: null, type: 'decimal' } : field);

/** What keeps the lines: a saved record, or one that is made. */
export type LinesForm = Pick<RecordForm, 'values' | 'begun' | 'begin' | 'gaps' | 'type' | 'save'>;

interface Props {
  field: Field;
  form: LinesForm;
  error?: string;
  mayEdit: boolean;
  /** What a form calls them, the columns it chose, and those it adds up; without them all of the lines, and money. */
  label?: string;
  columns?: string[];
  totals?: string[];
}

/** Lines that belong to the record, edited in place like a sheet; totals follow the typing. */
export function LinesTable({ field, form, error, mayEdit, label: title = field.label, columns, totals }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const target = catalog.entity(field.target);
  const all = lineFields(catalog, field);
  const fields = chosenFields(all, columns);
  const shown = useFieldState(field).shown;
  const before = (use(RecordContext)?.savedLines(field) ?? []) as Line[];
  const savedOf = (line: Line) => before.find((one) => one.id === line.id);
  const kept = (form.values[field.name] as Line[] | null | undefined) ?? [];
  const fresh = form.begun[field.name] ?? [];
  const [cell, setCell] = useState<{ index: number; name: string } | null>(null);
  const phone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  const table = useRef<HTMLDivElement>(null);
  // The focus goes back to a cell without opening it.
  const quiet = useRef(false);
  const lines = [...kept, ...(target ? fresh.map((line) => filled(target.fields, line, world(catalog))) : fresh)];
  const editable = fields.filter(isWritable);
  const gaps = new Map(form.gaps.filter((gap) => gap.field === field && gap.line - 1 !== cell?.index).map((gap) => [gap.line - 1, gap.fields]));

  // What the lines are after the latest change, before it is drawn: a key may save a cell and go on in one stroke.
  const latest = useRef(lines);
  latest.current = lines;

  // A new line joins the record when it is whole; one that the record has waits with what it lacks, so that it is not lost by it.
  function store(next: Line[]) {
    const joined = next.filter((line) => !isNewLine(line) || isLineWhole(all, line, catalog));
    const waiting = next.filter((line) => !joined.includes(line));
    latest.current = [...joined, ...waiting];
    form.begin(field, waiting);
    if (joined.every((line) => isLineWhole(all, line, catalog))) form.save(field, joined);
    else form.type(field, joined);
  }
  // Lines are known by their place: a new one gets another id as soon as it has been saved.
  function change(index: number, name: string, value: unknown) {
    const id = latest.current[index]?.id;
    store(latest.current.map((item, place) => (place === index ? { ...item, [name]: value } : item)));
    const now = latest.current.findIndex((line) => line.id === id);
    if (now !== index) setCell({ index: now, name });
  }
  function add() {
    const line: Line = { id: `new:${++counter}`, ...defaultValues(all) };
    const waiting = latest.current.filter((item) => isNewLine(item) && !isLineWhole(all, item));
    form.begin(field, [...waiting, line]);
    const first = editable[0];
    if (first) setCell({ index: latest.current.length, name: first.name });
  }
  function finish(before: number, id: unknown, name: string, step?: Step) {
    const index = Math.max(0, latest.current.findIndex((line, place) => (id === undefined ? place === before : line.id === id)));
    const line = latest.current[index];
    const at = editable.findIndex((item) => item.name === name);
    const next = step === 'right' ? editable[at + 1] : step === 'left' ? editable[at - 1] : undefined;
    if (next) return setCell({ index, name: next.name });
    if (step === 'down' && index < latest.current.length - 1) return setCell({ index: index + 1, name });
    if (step === 'right' && index === latest.current.length - 1 && line && isLineWhole(all, line, catalog)) return add();
    setCell(null);
    if (step) setTimeout(() => focusCell(index, name));
  }
  function focusCell(index: number, name: string) {
    quiet.current = true;
    table.current?.querySelector<HTMLElement>(`[data-cell="${index}-${name}"]`)?.focus({ preventScroll: true });
    quiet.current = false;
  }
  // A line that nobody has begun to fill goes when one leaves it.
  useEffect(() => {
    const left = fresh.filter((line, place) => isLineBegun(all, line) || cell?.index === kept.length + place);
    if (left.length < fresh.length) form.begin(field, left);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only leaving a line takes it away.
  }, [cell]);
  const total = (item: Field) => unitsToText(lines.reduce((sum, line) => sum + (parseUnits(String(line[item.name] ?? '')) ?? 0n), 0n));
  const totalOf = (item: Field) => (item.type === 'percent' ? formatValue(item, total(item)) : formatDecimal(total(item), item.type === 'integer' ? 0 : (item.scale ?? 2)));
  const totalled = fields.filter((item) => (totals?.length ? totals.includes(item.name) : isTotalled(item)));
  const label = (item: Field) => (item.type === 'money' ? [item.label, currencySymbol(item.currency ?? catalog.data.workspace.currency)].filter(Boolean).join(', ') : item.label);
  const { template, least } = lineTemplate(fields, label, phone);
  if (!target || !shown) return null;
  return (
    <Section title={title} count={lines.length} bare actions={mayEdit && <Button variant="subtle" size="compact-xs" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('lines.add')}</Button>}>
      {error && <div className="control-error" style={{ padding: '0 16px 8px' }}>{error}</div>}
      <div className="lines-scroll">
        <div ref={table} role="table" aria-label={title} style={{ minWidth: least }}>
          <div role="row" className="lines-head" style={{ gridTemplateColumns: template }}>
            <span role="columnheader" aria-label={t('lines.number')} className="line-number">№</span>
            {fields.map((item) => <span key={item.name} role="columnheader" className={isNumeric(item) ? 'grid-cell right' : 'grid-cell'}><span className="ellipsis" title={label(item)}>{label(item)}</span>{mayEdit && item.required && isWritable(item) && <span className="bad" aria-hidden>*</span>}</span>)}
            <span role="columnheader" aria-label={t('common:action.remove')} />
          </div>
          {lines.map((line, index) => (
            <Fragment key={index}>
            <div role="row" className={cell?.index === index ? 'line current' : 'line'} style={{ gridTemplateColumns: template }}>
              <span role="cell" className="line-number dim numbers">{index + 1}</span>
              {fields.map((item) => {
                const editing = cell?.index === index && cell.name === item.name;
                const state = stateOf(catalog, target, line, item, savedOf(line));
                const open = mayEdit && isWritable(item) && state.shown && state.locked === undefined;
                if (!state.shown) return <span role="cell" key={item.name} className="grid-cell" />;
                return (
                  <span role="cell" key={item.name} className={`grid-cell${isNumeric(item) ? ' right numbers' : ''}${editing ? ' editing' : ''}${gaps.get(index)?.includes(item) ? ' lacking' : ''}${totalled.includes(item) ? ' medium' : ''}`}>
                    {editing ? <RecordConditions entity={target} values={line} saved={savedOf(line)} quiet><CellEditor key={`${index}-${item.name}`} inLine field={item} value={line[item.name] ?? null} onSave={(value) => change(index, item.name, value)} onFinish={(step) => finish(index, line.id, item.name, step)} /></RecordConditions>
                      : open ? <button type="button" className="line-cell" data-cell={`${index}-${item.name}`} aria-invalid={gaps.get(index)?.includes(item) || undefined} onClick={() => setCell({ index, name: item.name })} onFocus={(event) => !quiet.current && event.currentTarget.matches(':focus-visible') && setCell({ index, name: item.name })}><span className="visually-hidden">{`${item.label}, ${index + 1}`}</span><FieldValue field={plain(item)} value={line[item.name]} inRow /></button>
                        : <><FieldValue field={plain(item)} value={line[item.name]} inRow />{mayEdit && state.locked !== undefined && <IconLock size={12} stroke={1.75} color="var(--text-3)" role="img" aria-label={state.locked || t('field.locked')} />}</>}
                  </span>
                );
              })}
              <span role="cell" className="row" style={{ justifyContent: 'center' }}>{mayEdit && <ActionIcon className="line-remove" aria-label={t('lines.remove', { number: index + 1 })} onClick={() => store(lines.filter((_, place) => place !== index))}><IconTrash size={15} stroke={1.75} /></ActionIcon>}</span>
            </div>
            {gaps.has(index) && <div role="row" className="line-gaps"><span role="cell"><span role="alert">{[t('lines.incomplete', { number: index + 1 }), ...gaps.get(index)!.map((item) => (line[item.name] instanceof Unread ? `${item.label}: ${String((line[item.name] as Unread).problem)}` : t('field.fill', { label: item.label })))].join('. ')}</span></span></div>}
            </Fragment>
          ))}
          <div role="row" className="lines-foot" style={{ gridTemplateColumns: template }}>
            <span role="cell" />
            {fields.map((item, index) => (
              <span role="cell" key={item.name} className={isNumeric(item) ? 'grid-cell right numbers strong size-14' : 'grid-cell'}>
                {totalled.includes(item) ? <span className="ellipsis" title={totalOf(item)}>{totalOf(item)}</span> : index === 0 && mayEdit ? <button type="button" className="line-new" onClick={add}><IconPlus size={14} stroke={1.75} />{t('lines.new')}</button> : fields[index + 1] && totalled[0] === fields[index + 1] ? <span className="muted nowrap" style={{ fontWeight: 400, fontSize: 13 }}>{t('lines.total')}</span> : null}
              </span>
            ))}
            <span role="cell" />
          </div>
        </div>
      </div>
    </Section>
  );
}
