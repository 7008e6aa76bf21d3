import { Button, Popover } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutside } from '@/ui/useOutside';
import { has, takes } from '../model/fieldTypes';
import type { Row } from '../model/rows';
import { labelOf, type Problem } from '../model/types';
import { ChoicesSettings } from '../properties/ChoicesSettings';
import { DefaultEditor } from '../properties/DefaultEditor';
import { FormulaEditor } from '../properties/FormulaEditor';
import { ChildrenSettings, RelationSettings } from '../properties/RelationSettings';
import { useValueSummary } from '../properties/useValueSummary';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import type { EntityEdit } from './useEntityEdit';

const TONES: Record<Row['state'], string> = { same: '', added: 'ok', renamed: 'warn', changed: 'primary', removed: 'bad' };

/** What the field starts with, or what became of it; a click opens the small editor of it. */
export function ValueCell({ view, row, edit, problems }: { view: EntityView; row: Row; edit: EntityEdit; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const [opened, setOpened] = useState(false);
  const within = useOutside(opened, () => setOpened(false));
  const summary = useValueSummary(row.field);
  const { type } = row.field;

  if (row.state === 'removed') {
    return (
      <span className="cell-text"><span className="bad medium size-12 ellipsis">{t('states.removed_row')}</span><span className="grow" />
        <Button size="compact-xs" variant="subtle" leftSection={<IconRestore size={14} stroke={1.75} />} onClick={() => edit.restore(row.id)}>{t('fields.restore')}</Button>
      </span>
    );
  }
  const editable = has(type, 'formula') || has(type, 'default') || has(type, 'choices') || has(type, 'target') || has(type, 'targets') || has(type, 'children');
  const state = row.state === 'same' ? undefined : t(`states.${row.state}_row`, { name: labelOf(row.was, language) });
  const content = <>{state && <span className={`${TONES[row.state]} medium size-12 ellipsis`}>{state}</span>}{summary && <span className={row.field.formula ? 'ellipsis muted mono size-12' : 'ellipsis muted'}>{summary}</span>}</>;
  if (!editable) return <span className="cell-text">{content}</span>;

  const props = { view, field: row.field, problems, patch: (patch: object, mark?: string) => edit.patch(row.id, patch, mark) };
  return (
    <Popover opened={opened} onChange={setOpened} width={320} position="bottom-start" withinPortal closeOnClickOutside={false}>
      <Popover.Target><button type="button" className="cell-plain" {...within} aria-label={t('fields.value_of', { name: labelOf(row.field, language), value: [state, summary ?? (state ? undefined : t('fields.empty'))].filter(Boolean).join(' ') })} onClick={() => setOpened(!opened)}>{content}</button></Popover.Target>
      <Popover.Dropdown p={12} className="value-editor" {...within}>
        {has(type, 'choices') && <ChoicesSettings {...props} />}
        {(has(type, 'target') || has(type, 'targets')) && <RelationSettings {...props} />}
        {has(type, 'children') && <ChildrenSettings {...props} />}
        {row.field.formula && <FormulaEditor {...props} />}
        {takes(row.field, 'default') && <DefaultEditor {...props} />}
      </Popover.Dropdown>
    </Popover>
  );
}
