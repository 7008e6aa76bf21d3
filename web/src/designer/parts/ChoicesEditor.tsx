import { IconPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HUES } from '../model/fieldTypes';
import { nameFromLabel, newId, uniqueName } from '../model/naming';
import type { ChoiceDoc, Language } from '../model/types';
import { ChoiceRow } from './ChoiceRow';
import { SortableList } from './Sortable';

interface Props {
  choices: ChoiceDoc[];
  onChange: (choices: ChoiceDoc[], mark?: string) => void;
  error?: string;
}

/** Choices with their colours and names in both languages; the value is made of the name. */
export function ChoicesEditor({ choices, onChange, error }: Props) {
  const { t, i18n } = useTranslation('studio');
  const language: Language = i18n.language === 'ru' ? 'ru' : 'en';
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const idOf = (choice: ChoiceDoc) => choice.id ?? choice.value;
  const byId = new Map(choices.map((choice) => [idOf(choice), choice]));
  const add = () => {
    const label = text.trim();
    if (!label) return;
    const value = uniqueName(nameFromLabel(label, 'choice'), choices.map((choice) => choice.value));
    onChange([...choices, { id: newId(), value, label: { [language]: label }, color: HUES[choices.length % HUES.length] }]);
    setText('');
    input.current?.focus();
  };
  const change = (id: string, next: ChoiceDoc | undefined, mark?: string) => onChange(choices.flatMap((choice) => (idOf(choice) === id ? (next ? [next] : []) : [choice])), mark);

  return (
    <div role="group" aria-label={t('choices.title')}>
      <div className="form-label" aria-hidden>{t('choices.title')}</div>
      <div className="choice-list">
        <SortableList ids={choices.map(idOf)} onOrder={(ids) => onChange(ids.map((id) => byId.get(id)!).filter(Boolean))}>
          {(ids) => ids.map((id, index) => {
            const choice = byId.get(id);
            return choice && <ChoiceRow key={id} id={id} index={index} choice={choice} onChange={(next, mark) => change(id, next, mark && `${id}:${mark}`)} onShift={(by) => onChange(shifted(choices, index, by))} />;
          })}
        </SortableList>
        <div className="choice-row">
          <span className="centre primary"><IconPlus size={14} stroke={1.75} aria-hidden /></span>
          <input ref={input} className="choice-new" value={text} placeholder={t('choices.new')} aria-label={t('choices.new')} onChange={(event) => setText(event.target.value)} onBlur={add} onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); add(); } }} />
        </div>
      </div>
      {error && <p className="control-error">{error}</p>}
    </div>
  );
}

function shifted(choices: ChoiceDoc[], at: number, by: number): ChoiceDoc[] {
  const next = [...choices];
  const to = at + by;
  if (to < 0 || to >= next.length) return next;
  next.splice(to, 0, next.splice(at, 1)[0]!);
  return next;
}
