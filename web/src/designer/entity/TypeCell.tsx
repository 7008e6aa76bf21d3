import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Row } from '../model/rows';
import { TypeSelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';

/** The type in words; a click opens the list of types. */
export function TypeCell({ row, onType }: { row: Row; onType: (type: string) => void }) {
  const { t } = useTranslation('studio');
  const { entityLabel } = useStudio();
  const [editing, setEditing] = useState(false);
  const { field } = row;
  const detail = field.choices ? `· ${field.choices.length}` : field.target ? `→ ${entityLabel(field.target)}` : field.type === 'user' ? `→ ${entityLabel('user')}` : '';
  const text = <span className="ellipsis">{t(`type.${field.type}`)} {detail && <span className="dim">{detail}</span>}</span>;
  if (row.state === 'removed') return <span className="cell-text">{text}</span>;
  if (editing) {
    const done = () => setEditing(false);
    return (
      <TypeSelect value={field.type} size="xs" aria-label={t('fields.type')} autoFocus defaultDropdownOpened onDropdownClose={done} onBlur={done} classNames={{ input: 'cell-select' }}
        onChange={(type) => { done(); if (type !== field.type) onType(type); }} />
    );
  }
  return <button type="button" className="cell-plain" aria-label={`${t('fields.type')}: ${t(`type.${field.type}`)} ${detail}`} onClick={() => setEditing(true)}>{text}</button>;
}
