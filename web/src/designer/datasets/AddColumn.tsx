import { Button, Popover } from '@mantine/core';
import { IconHash, IconMathFunction, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import { CatalogProvider } from '@/catalog/useCatalog';
import { FieldPicker } from '@/list/filter/FieldPicker';
import { addColumn } from '../model/dataset';
import { fitsDataset } from '../model/datasetScope';
import { SAMPLES } from '../model/samples';
import { termOf } from '../model/terms';
import type { Dataset } from './useDataset';

/** One more column: an attribute out of the tree of the first part, how many rows there are, or calculated from the others. */
export function AddColumn({ set: { doc, scopes, save, labelOfField } }: { set: Dataset }) {
  const { t } = useTranslation('studio');
  const [opened, setOpened] = useState(false);
  const scope = scopes[0]!;
  const add = (next: typeof doc) => { setOpened(false); save(next); };
  const pick = (path: string) => {
    const term = termOf(scope.catalog, scope.name, path);
    const field = scope.catalog.path(scope.name, path)?.at(-1);
    // The same attribute of the other parts, where they have one: what belongs together is mostly called alike.
    const values = scopes.map((one, at) => (at === 0 ? term : one.catalog.field(one.name, path)?.type === field?.type && field ? path : undefined));
    add(addColumn(doc, term === path || !field ? {} : labelOfField(field), values));
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={300} withinPortal trapFocus returnFocus>
      <Popover.Target><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => setOpened(!opened)}>{t('datasets.add_column')}</Button></Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('datasets.add_column')}>
        <div className="column gap-8">
          {opened && <CatalogProvider catalog={scope.catalog}><FieldPicker entity={scope.name} accept={(field, steps) => fitsDataset(field) || isToMany(field) && steps.length < 8} onPick={pick} /></CatalogProvider>}
          <div className="column dataset-others">
            <Button size="compact-sm" variant="subtle" justify="start" leftSection={<IconHash size={14} stroke={1.75} />} onClick={() => add(addColumn(doc, SAMPLES.count, [], { aggregate: 'count' }))}>{t('datasets.add_count')}</Button>
            <Button size="compact-sm" variant="subtle" justify="start" leftSection={<IconMathFunction size={14} stroke={1.75} />} onClick={() => add(addColumn(doc, SAMPLES.calculated, [], { expression: '' }))}>{t('datasets.add_calculated')}</Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
