import { TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { isToMany } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import { quote } from './compose';

const OFFERED = 30;

interface Props {
  entity: string;
  path: string;
  label: string;
  value: string[];
  onChange: (value: string[]) => void;
}

/** Several texts: those that records have are offered, the commonest first; any other may be typed. */
export function TextValues({ entity, path, label, value, onChange }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const [typed, setTyped] = useState('');
  const [words] = useDebouncedValue(typed.trim(), 180);
  // Through many records a value belongs to no one record: nothing is offered there.
  const single = !catalog.path(entity, path)?.slice(0, -1).some(isToMany);
  const filter = words ? `${path}.like(${quote(words)})` : `${path} != ()`;
  const found = useQuery({
    queryKey: ['records', entity, 'values', path, words],
    queryFn: ({ signal }) => records.aggregate(entity, { group_by: [path], measures: [{ name: 'n', expression: 'count()' }], filter, sort: ['-n'], limit: OFFERED }, signal),
    enabled: single, placeholderData: keepPreviousData, retry: false, staleTime: 60_000,
  });
  const data = [...new Set((found.data?.items ?? []).flatMap((item) => (typeof item[path] === 'string' ? [item[path]] : [])))];
  return (
    <TagsInput aria-label={label} data={data} value={value} onChange={onChange} onSearchChange={setTyped} splitChars={[',', ';']} acceptValueOnBlur placeholder={value.length ? undefined : t('filter.several')} comboboxProps={{ withinPortal: false }} classNames={{ input: 'control-input' }} />
  );
}
