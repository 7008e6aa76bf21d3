import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isName } from '../model/naming';
import { messageAt } from '../model/problems';
import type { Row } from '../model/rows';
import type { FieldDoc, Problem } from '../model/types';

/** The name that expressions and programs use: made by itself, seldom looked at. */
export function FieldDetails({ row, problems, patch }: { row: Row; problems: Problem[]; patch: (patch: Partial<FieldDoc>, mark?: string) => void }) {
  const { t } = useTranslation('studio');
  const [text, setText] = useState(row.field.name);
  useEffect(() => setText(row.field.name), [row.field.name]);
  const wrong = text !== row.field.name && !isName(text) ? t('properties.name_wrong') : messageAt(problems, 'name');
  const keep = () => { if (isName(text) && text !== row.field.name) patch({ name: text }); };
  return (
    <details className="details">
      <summary>{t('properties.details')}</summary>
      <TextInput label={t('properties.technical_name')} description={t('properties.technical_name_text')} value={text} error={wrong} classNames={{ input: 'control-input mono' }} spellCheck={false} onChange={(event) => setText(event.currentTarget.value)} onBlur={keep}
        onKeyDown={(event) => { if (event.key === 'Enter') keep(); if (event.key === 'Escape') setText(row.field.name); }} />
    </details>
  );
}
