import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/i18n';
import { groupedBy, orderColumns } from '../model/dataset';
import { SortableList } from '../parts/Sortable';
import { useStudio } from '../state/StudioProvider';
import { AddColumn } from './AddColumn';
import { ColumnRow } from './ColumnRow';
import type { Dataset } from './useDataset';

/** The narrowest that columns of the grid may be. */
const LEAST = { name: 124, second: 96, takes: 150 };

const key = (column: { id?: string; name: string }) => column.id ?? column.name;

/** The columns as a grid: what each is called, what it takes in each part, and what is made of it. */
export function Columns({ set }: { set: Dataset }) {
  const { t, i18n } = useTranslation('studio');
  const { entityLabel } = useStudio();
  const { doc, save } = set;
  const second = i18n.language === 'ru' ? 'en' : 'ru';
  const several = doc.parts.length > 1;
  const byKey = new Map(doc.fields.map((column, index) => [key(column), { column, index }]));
  const order = (ids: string[]) => save(orderColumns(doc, ids.flatMap((id) => byKey.get(id)?.column.name ?? [])));
  const template = `28px minmax(${LEAST.name}px, 1.1fr) minmax(${LEAST.second}px, 1fr) 138px ${doc.parts.map(() => `minmax(${LEAST.takes}px, 1.5fr)`).join(' ')} 138px 36px`;
  const width = 28 + LEAST.name + LEAST.second + 138 + LEAST.takes * doc.parts.length + 138 + 36;
  return (
    <section className="column gap-8" aria-label={t('datasets.columns')}>
      <div className="row gap-8 dataset-section"><h3 className="section-title">{t('datasets.columns')}</h3><span className="grow" /><AddColumn set={set} /></div>
      <div className="card dataset-columns" tabIndex={0} role="region" aria-label={t('datasets.columns')}>
        <div className="dataset-grid" role="table" aria-label={t('datasets.columns')} style={{ '--columns': template, '--least': `${width}px` } as CSSProperties}>
          <div className="fields-head" role="row">
            <span role="columnheader"><span className="visually-hidden">{t('fields.order')}</span></span>
            <span role="columnheader">{t('fields.name')}</span>
            <span role="columnheader">{t(`language.${second}`)}</span>
            <span role="columnheader">{t('datasets.how')}</span>
            {doc.parts.map((part, at) => <span key={at} role="columnheader" className="ellipsis">{several ? t('datasets.takes_in', { number: at + 1, name: entityLabel(part.entity) }) : t('datasets.takes')}</span>)}
            <span role="columnheader">{t('fields.type')}</span>
            <span role="columnheader"><span className="visually-hidden">{t('datasets.actions')}</span></span>
          </div>
          <SortableList ids={doc.fields.map(key)} onOrder={order}>
            {(ids) => ids.map((id, index) => {
              const found = byKey.get(id);
              return found && <ColumnRow key={id} id={id} set={set} column={found.column} at={found.index} index={index} />;
            })}
          </SortableList>
        </div>
      </div>
      <p className="hint dataset-grouped" role="status">{useGroupWords(set)}</p>
    </section>
  );
}

/** Says what one row stands for. */
function useGroupWords({ doc, row }: Dataset): string {
  const { t } = useTranslation('studio');
  const { entityLabel } = useStudio();
  const list = (names: string[]) => new Intl.ListFormat(currentLocale(), { type: 'conjunction' }).format(names);
  const group = groupedBy(doc);
  const label = (name: string) => row.catalog.field(row.name, name)?.label ?? name;
  const quoted = (name: string) => t('datasets.quoted', { name });
  if (group?.length) return t(group.length > 1 ? 'datasets.row_each' : 'datasets.row_single', { names: list(group.map((column) => quoted(label(column.name)))) });
  if (group) return t('datasets.row_all');
  const parts = doc.parts.map((part) => quoted(entityLabel(part.entity)));
  return t(doc.parts.some((part) => part.joins?.length) ? 'datasets.row_pair' : 'datasets.row_record', { names: list(parts) });
}
