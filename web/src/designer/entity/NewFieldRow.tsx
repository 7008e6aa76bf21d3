import { IconPlus, IconWand } from '@tabler/icons-react';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { guessType } from '../model/guess';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import type { EntityEdit } from './useEntityEdit';

interface Props {
  view: EntityView;
  edit: EntityEdit;
  input: RefObject<HTMLInputElement | null>;
}

/** The last row: type a name, Enter adds, the type is guessed by the words. */
export function NewFieldRow({ edit, input }: Props) {
  const { t } = useTranslation('studio');
  const { language, entityDocs, entityLabel } = useStudio();
  const [text, setText] = useState('');
  const guess = text.trim() ? guessType(text, entityDocs) : undefined;
  const add = () => {
    if (!text.trim()) return;
    edit.add({ [language]: text.trim() });
    setText('');
  };
  return (
    <div className="fields-row new-row" role="row">
      <span role="cell" className="centre primary"><IconPlus size={15} stroke={1.75} aria-hidden /></span>
      <span role="cell" className="cell">
        <input ref={input} value={text} lang={language} placeholder={t('fields.type_name')} aria-label={t('fields.new')} onChange={(event) => setText(event.target.value)} onBlur={add}
          onKeyDown={(event) => {
            if (event.key === 'Enter') { event.preventDefault(); add(); }
            if (event.key === 'Escape') setText('');
          }} />
      </span>
      <span role="cell" />
      <span role="cell" className="cell-text dim"><IconWand size={14} stroke={1.75} aria-hidden />{guess ? <span className="ellipsis" aria-live="polite">{t(`type.${guess.type}`)} {guess.target && `→ ${entityLabel(guess.target)}`}</span> : t('fields.by_name')}</span>
      <span role="cell" />
      <span role="cell" className="cell-text dim size-12">{t('fields.enter_adds')}</span>
      <span role="cell" />
    </div>
  );
}
