import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconFileText, IconUpload, IconX } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileAddress, fileSize, type StoredFile, uploadFile } from '@/api/files';
import type { InputProps } from '../types';

/** A file or a picture: drop it here, or pick it. */
export function FileField({ id, field, value, onChange, onCommit, error, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const file = value as StoredFile | null;
  const set = (next: StoredFile | null) => { onChange(next); onCommit?.(next); };

  async function take(list: FileList | null) {
    const chosen = list?.[0];
    if (!chosen) return;
    setBusy(true);
    setFailed(undefined);
    try {
      set(await uploadFile(chosen));
    } catch (cause) {
      setFailed(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  }
  const drop = (event: DragEvent) => { event.preventDefault(); setOver(false); if (!readOnly) void take(event.dataTransfer.files); };
  return (
    <div onDragOver={(event) => { event.preventDefault(); setOver(!readOnly); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <input ref={picker} id={id} type="file" className="visually-hidden" tabIndex={-1} aria-label={field.label} accept={field.type === 'image' ? 'image/*' : undefined} onChange={(event) => { void take(event.currentTarget.files); event.currentTarget.value = ''; }} />
      {file && (
        <div className="file-row">
          {field.type === 'image' ? <img src={fileAddress(file.id)} alt="" className="file-thumb" /> : <IconFileText size={17} stroke={1.75} color="var(--primary)" />}
          <a className="grow ellipsis medium" href={fileAddress(file.id)} target="_blank" rel="noreferrer">{file.name}</a>
          <span className="size-12 dim numbers">{fileSize(file.size)}</span>
          {!readOnly && <ActionIcon aria-label={t('field.remove_file', { name: file.name })} onClick={() => set(null)}><IconX size={15} stroke={1.75} /></ActionIcon>}
        </div>
      )}
      {!file && !readOnly && (
        <UnstyledButton className="drop-area" data-over={over || undefined} disabled={busy} onClick={() => picker.current?.click()} aria-label={`${field.label}: ${t('field.drop')}`}>
          <IconUpload size={15} stroke={1.75} />{busy ? t('field.uploading') : t('field.drop')}
        </UnstyledButton>
      )}
      {!file && readOnly && <span className="dim">—</span>}
      {(error ?? failed) && <div className="control-error">{error ?? failed}</div>}
    </div>
  );
}
