import './path.css';
import { CloseButton, Popover } from '@mantine/core';
import { IconSelector } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { CatalogProvider } from '@/catalog/useCatalog';
import { pathLabels } from '@/list/filter/compose';
import { FieldPicker } from '@/list/filter/FieldPicker';
import { Path } from '@/ui/marks';
import { useStudio } from '../state/StudioProvider';

interface Props {
  label: string;
  entity: string;
  value: string | undefined;
  accept: (field: Field) => boolean;
  /** Whether it leads to many records, by one relation on its way, and not to one. */
  many?: boolean;
  onChange: (path: string | undefined) => void;
  placeholder?: string;
  clearable?: boolean;
  error?: string;
}

/** A field chosen in the attribute tree, through links to one record, or to many. */
export function PathInput({ label, entity, value, accept, many = false, onChange, placeholder, clearable, error }: Props) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const [opened, setOpened] = useState(false);
  const catalog = draftCatalog();
  const ways = (path: Field[]) => path.filter(isToMany).length;
  const labels = value ? pathLabels(catalog, entity, value) : [];
  return (
    <div role="group" aria-label={label}>
      <div className="form-label" aria-hidden>{label}</div>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={300} trapFocus returnFocus>
        <div className="row path-input">
          <Popover.Target>
            <button type="button" className="control-input path-button grow" aria-label={`${label}: ${labels.join(' › ') || placeholder || t('part.choose_field')}`} aria-expanded={opened} onClick={() => setOpened(!opened)}>
              {value ? <span className="ellipsis row gap-4"><Path labels={labels} /></span> : <span className="dim ellipsis">{placeholder ?? t('part.choose_field')}</span>}
              <span className="grow" />{!(clearable && value) && <IconSelector size={15} stroke={1.75} color="var(--text-3)" />}
            </button>
          </Popover.Target>
          {clearable && value && <CloseButton className="path-clear" size="sm" aria-label={t('part.clear')} onClick={() => onChange(undefined)} />}
        </div>
        <Popover.Dropdown p={8}>
          <CatalogProvider catalog={catalog}><FieldPicker entity={entity} accept={(field, path) => accept(field) && ways([...path, field]) === Number(many)} enter={(field, path) => ways([...path, field]) <= Number(many)} onPick={(path) => { setOpened(false); onChange(path); }} /></CatalogProvider>
        </Popover.Dropdown>
      </Popover>
      {error && <div className="control-error" role="alert">{error}</div>}
    </div>
  );
}
