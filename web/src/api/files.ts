import { formatDecimal } from '@/fields/numbers';
import i18next from 'i18next';
import { api } from './client';

export interface StoredFile {
  id: string;
  name: string;
  size: number;
  type: string;
}

export function uploadFile(file: File): Promise<StoredFile> {
  const form = new FormData();
  form.append('file', file, file.name);
  return api.post<StoredFile>('/api/files', form);
}

export const fileAddress = (id: string) => `/api/files/${encodeURIComponent(id)}`;

/** `184 KB`, `184 КБ`. */
export function fileSize(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  const [amount, unit] = bytes < 1024 ? [String(bytes), 'b'] : bytes < 1024 * 1024 ? [String(Math.round(bytes / 1024)), 'kb'] : [(bytes / 1024 / 1024).toFixed(1), 'mb'];
  return `${formatDecimal(amount)} ${i18next.t(`work:size.${unit}`)}`;
}
