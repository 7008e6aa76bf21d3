import { Button, Popover } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import { CatalogProvider } from '@/catalog/useCatalog';
import { FieldPicker } from '@/list/filter/FieldPicker';
import { addPart, dimensionType, orderParts, type Part, resourceType } from '../model/balance';
import type { DimensionDoc, ResourceDoc } from '../model/types';
import { SortableList } from '../parts/Sortable';
import { useStudio } from '../state/StudioProvider';
import { PartRow } from './PartRow';
import type { Balance } from './useBalance';

const LEAST = { name: 130, second: 110, type: 190, mark: 150 };
const key = (one: DimensionDoc | ResourceDoc) => one.id ?? one.name;

/** By what balances are apart, or what is counted, as a grid. */
export function BalanceParts({ set, part }: { set: Balance; part: Part }) {
  const { t, i18n } = useTranslation('studio');
  const { doc, problems, save } = set;
  const parts: (DimensionDoc | ResourceDoc)[] = doc.balance?.[part] ?? [];
  const second = i18n.language === 'ru' ? 'en' : 'ru';
  const template = `28px minmax(${LEAST.name}px, 1.2fr) minmax(${LEAST.second}px, 1fr) minmax(${LEAST.type}px, 1.1fr) ${LEAST.mark}px 36px`;
  const width = 28 + LEAST.name + LEAST.second + LEAST.type + LEAST.mark + 36;
  const byKey = new Map(parts.map((one, at) => [key(one), { one, at }]));
  const wrong = problems.find((problem) => problem.path === `/balance/${part}`)?.message;
  return (
    <section className="column gap-8" aria-label={t(`balances.${part}`)}>
      <div className="row gap-8 dataset-section"><h3 className="section-title">{t(`balances.${part}`)}</h3><span className="grow" /><AddPart set={set} part={part} /></div>
      {parts.length > 0 && (
        <div className="card dataset-columns" tabIndex={0} role="region" aria-label={t(`balances.${part}`)}>
          <div className="dataset-grid" role="table" aria-label={t(`balances.${part}`)} style={{ '--columns': template, '--least': `${width}px` } as CSSProperties}>
            <div className="fields-head" role="row">
              <span role="columnheader"><span className="visually-hidden">{t('fields.order')}</span></span>
              <span role="columnheader">{t('fields.name')}</span>
              <span role="columnheader">{t(`language.${second}`)}</span>
              <span role="columnheader">{t('fields.type')}</span>
              <span role="columnheader">{t(part === 'dimensions' ? 'balances.required' : 'balances.refuse')}</span>
              <span role="columnheader"><span className="visually-hidden">{t('datasets.actions')}</span></span>
            </div>
            <SortableList ids={parts.map(key)} onOrder={(ids) => save(orderParts(doc, part, ids.flatMap((id) => byKey.get(id)?.one.name ?? [])))}>
              {(ids) => ids.map((id, index) => {
                const found = byKey.get(id);
                return found && <PartRow key={id} id={id} index={index} set={set} part={part} of={found.one} at={found.at} />;
              })}
            </SortableList>
          </div>
        </div>
      )}
      <p className="hint">{t(`balances.${part}_text`)}</p>
      {wrong && <p className="control-error" role="alert">{wrong}</p>}
    </section>
  );
}

/** One more: an attribute out of the tree of the records that post first. */
function AddPart({ set: { doc, catalog, source, save }, part }: { set: Balance; part: Part }) {
  const { t } = useTranslation('studio');
  const { entityLabel } = useStudio();
  const [opened, setOpened] = useState(false);
  const entity = doc.balance?.postings[0]?.entity;
  const typeOf = part === 'dimensions' ? dimensionType : resourceType;
  const pick = (path: string) => {
    const field = entity && catalog.path(entity, path)?.at(-1);
    setOpened(false);
    if (field) save(addPart(catalog, doc, part, field, path, source));
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={300} withinPortal trapFocus returnFocus>
      <Popover.Target><Button size="compact-sm" variant="default" disabled={!entity} leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => setOpened(!opened)}>{t(`balances.add_${part}`)}</Button></Popover.Target>
      <Popover.Dropdown p={8} aria-label={t(`balances.add_${part}`)}>
        <p className="hint" style={{ margin: '0 4px 6px' }}>{t('balances.add_text', { name: entityLabel(entity) })}</p>
        {opened && entity && <CatalogProvider catalog={catalog}><FieldPicker entity={entity} accept={(field, steps) => typeOf(field) !== undefined && !steps.some(isToMany)} enter={(field) => !isToMany(field)} onPick={pick} /></CatalogProvider>}
      </Popover.Dropdown>
    </Popover>
  );
}
