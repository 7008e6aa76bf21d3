import { UnstyledButton } from '@mantine/core';
import { IconTableImport } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { type ImportPreview, imports } from '@/api/imports';
import type { Entity } from '@/catalog/types';
import { wordsOf } from '@/shell/words';

/** The file: dropped or chosen; its columns are read at once. */
export function ChooseFile({ entity, onRead }: { entity: Entity; onRead: (file: File, preview: ImportPreview) => void }) {
  const { t } = useTranslation('work');
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  async function take(list: FileList | null) {
    const file = list?.[0];
    if (!file) return;
    setBusy(true);
    setError('');
    try {
      const preview = await imports.preview(file, entity.name);
      onRead(file, preview);
    } catch (cause) {
      setError(Object.values(messagesByField(cause)).join('. '));
    } finally {
      setBusy(false);
    }
  }
  return (
    <div className="card import-card">
      <h2 className="section-title">{t('import.choose', wordsOf(entity))}</h2>
      <p className="muted" style={{ margin: '2px 0 14px' }}>{t('import.choose_text')}</p>
      <input ref={picker} type="file" className="visually-hidden" tabIndex={-1} aria-label={t('import.drop')} accept=".csv,.tsv,.txt,.xlsx,.xls" onChange={(event) => void take(event.currentTarget.files)} />
      <UnstyledButton className="drop-area import-drop" data-over={over || undefined} disabled={busy} onClick={() => picker.current?.click()} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(event) => { event.preventDefault(); setOver(false); void take(event.dataTransfer.files); }}>
        <IconTableImport size={22} stroke={1.75} />{busy ? t('import.reading') : t('import.drop')}
      </UnstyledButton>
      {error && <div className="control-error" role="alert">{error}</div>}
    </div>
  );
}
