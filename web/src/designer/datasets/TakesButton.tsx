import { Button, Popover, Select, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconMathFunction } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import { CatalogProvider } from '@/catalog/useCatalog';
import type { Field } from '@/catalog/types';
import { FieldPicker } from '@/list/filter/FieldPicker';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { Path } from '@/ui/marks';
import { byUnit, type Unit, unitOf, UNITS } from '../model/dataset';
import type { Scope } from '../model/datasetScope';
import { readTerm, termOf } from '../model/terms';
import { ExpressionInput } from '../parts/ExpressionInput';
import type { EntityView } from '../state/views';

interface Props {
  label: string;
  scope: Scope;
  value: string | undefined;
  placeholder: string;
  accept: (field: Field) => boolean;
  error?: string;
  framed?: boolean;
  /** Whether nothing but an expression fits. */
  written?: boolean;
  /** Whether it may be left empty. */
  clearable?: boolean;
  /** The entity whose record it speaks of, where nothing stands beside that: then it is checked and tried while it is written. */
  owner?: EntityView;
  onChange: (value: string | undefined, field?: Field) => void;
}

const isDate = (field: Field | undefined) => field?.type === 'date' || field?.type === 'datetime';

/** What is taken: an attribute out of the tree, a date by its month, or an expression. */
export function TakesButton({ label, scope, value, placeholder, accept, error, framed = false, written = false, clearable = false, owner, onChange }: Props) {
  const { t } = useTranslation('studio');
  const [opened, setOpened] = useState(false);
  const [writing, setWriting] = useState(false);
  const term = readTerm(value ?? '');
  const { path, unit } = term ? { path: term.path, unit: undefined } : unitOf(value ?? '');
  const made = unit ? `unit_${unit}` : term && `many_${term.act}`;
  const fields = path ? scope.catalog.path(scope.name, path) : undefined;
  const field = fields?.at(-1);
  const said = value && fields ? [fields.map((one) => one.label).join(' › '), made && t(`datasets.${made}`)].filter(Boolean).join(' · ') : value;
  const pick = (next: string) => {
    const found = scope.catalog.path(scope.name, next) ?? [];
    onChange(termOf(scope.catalog, scope.name, next), found.at(-1));
    // A date is still to be told by which period it is taken.
    if (!isDate(found.at(-1)) || framed) setOpened(false);
  };
  const close = () => { setOpened(false); setWriting(false); };
  return (
    <Popover opened={opened} onChange={(next) => !next && close()} position="bottom-start" width={writing || written ? 380 : 300} withinPortal trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={framed ? 'takes framed' : 'takes'} data-wrong={Boolean(error) || undefined} title={error ?? said} aria-haspopup="dialog" aria-expanded={opened}
          onClick={() => { setWriting(written || Boolean(value && !fields)); setOpened(!opened); }}>
          <span className="visually-hidden">{label}: </span>
          {!value && <span className="dim ellipsis">{placeholder}</span>}
          {value && fields && <span className="ellipsis takes-path">{field && <FieldTypeIcon type={field.type} size={14} />}<span className="ellipsis"><Path labels={fields.map((one) => one.label)} />{made && <span className="dim"> · {t(`datasets.${made}`)}</span>}</span></span>}
          {value && !fields && <span className="ellipsis takes-path"><IconMathFunction size={14} stroke={1.75} /><code className="ellipsis size-12">{value}</code></span>}
          <IconChevronDown size={13} stroke={1.75} className="takes-arrow" aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={label}>
        {writing || written
          ? <div className="column gap-8">
            <ExpressionInput inside label={label} value={value ?? ''} entity={owner} scope={owner ? undefined : scope} mode="value" rows={3} error={error} onChange={(text) => onChange(text.trim() ? text : written ? '' : undefined)} />
            <div className="row gap-8 right">{!written && <Button size="compact-xs" variant="subtle" onClick={() => setWriting(false)}>{t('datasets.from_tree')}</Button>}<Button size="compact-xs" onClick={close}>{t('common:action.done')}</Button></div>
          </div>
          : <div className="column gap-8">
            {isDate(field) && !term && !framed && (
              <Select size="xs" label={t('datasets.period')} allowDeselect={false} value={unit ?? 'exact'} comboboxProps={{ withinPortal: false }} data={[{ value: 'exact', label: t('datasets.unit_exact') }, ...UNITS.filter((one) => one !== 'day' || field?.type === 'datetime').map((one) => ({ value: one, label: t(`datasets.unit_${one}`) }))]}
                onChange={(next) => onChange(byUnit(path, next === 'exact' ? undefined : (next as Unit), field?.type === 'datetime'), field)} />
            )}
            {opened && <CatalogProvider catalog={scope.catalog}><FieldPicker key={value} entity={scope.name} accept={(one, steps) => accept(one) || isToMany(one) && !framed && steps.length < 8} onPick={pick} /></CatalogProvider>}
            <div className="row gap-8"><Button size="compact-xs" variant="subtle" leftSection={<IconMathFunction size={13} stroke={1.75} />} onClick={() => setWriting(true)}>{t('datasets.expression')}</Button><span className="grow" />
              {clearable && value && <Button size="compact-xs" variant="subtle" onClick={() => { onChange(undefined); close(); }}>{t('datasets.leave_empty')}</Button>}</div>
          </div>}
      </Popover.Dropdown>
    </Popover>
  );
}
