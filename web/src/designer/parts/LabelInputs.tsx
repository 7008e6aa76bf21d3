import { Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Label, Language } from '../model/types';

interface Props {
  label: string;
  value: Label | undefined;
  onChange: (value: Label) => void;
  error?: string;
  required?: boolean;
  lines?: number;
  autoFocus?: boolean;
  /** What it is called while nothing is written. */
  placeholder?: Label;
}

const ORDER: Record<Language, Language[]> = { en: ['en', 'ru'], ru: ['ru', 'en'] };

/** A text in both languages, the reader's first. */
export function LabelInputs({ label, value, onChange, error, required, lines, autoFocus, placeholder }: Props) {
  const { t, i18n } = useTranslation('studio');
  const order = ORDER[i18n.language === 'ru' ? 'ru' : 'en'];
  return (
    <div role="group" aria-label={label}>
      <div className="form-label" aria-hidden>{label}{required && <span className="bad">*</span>}</div>
      <div className="column gap-6">
        {order.map((language, index) => {
          const common = {
            value: value?.[language] ?? '',
            'aria-label': `${label}, ${t(`language.${language}`)}`,
            leftSection: <span className="language-tag">{language.toUpperCase()}</span>,
            leftSectionWidth: 38,
            error: index === 0 ? error : Boolean(error),
            lang: language,
            placeholder: placeholder?.[language],
            'data-autofocus': autoFocus && index === 0 ? true : undefined,
          };
          const set = (text: string) => onChange({ ...value, [language]: text });
          return lines
            ? <Textarea key={language} {...common} rows={lines} autosize={false} onChange={(event) => set(event.currentTarget.value)} />
            : <TextInput key={language} {...common} onChange={(event) => set(event.currentTarget.value)} />;
        })}
      </div>
    </div>
  );
}
