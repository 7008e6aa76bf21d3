import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconHammer, IconHome2, IconLayoutGrid, IconPlus, IconSearch, IconSettings, IconUserCircle } from '@tabler/icons-react';
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findRecords } from '@/api/search';
import { useCatalog } from '@/catalog/useCatalog';
import { EntityIcon } from '@/ui/EntityIcon';
import { MarkedText } from '@/ui/MarkedText';
import { Mark } from '@/ui/marks';
import { mayCreate } from './create';
import { navigationOf } from './navigation';
import { paletteReady } from './palette';
import { newLabel } from './words';

interface Action {
  id: string;
  label: string;
  hint?: string;
  /** What to show for the label, and below it. */
  text?: ReactNode;
  below?: ReactNode;
  icon: ReactNode;
  run: () => void;
}

const [store, spotlight] = createSpotlight();

/** Puts the choice on one of the actions shown, as its arrow keys do. */
function selectAction(index: number) {
  const list = document.getElementById(store.getState().listId);
  const actions = list?.querySelectorAll('[data-action]') ?? [];
  list?.querySelector('[data-selected]')?.removeAttribute('data-selected');
  actions[index]?.setAttribute('data-selected', 'true');
  actions[index]?.scrollIntoView({ block: 'nearest' });
  store.updateState((state) => ({ ...state, selected: index }));
}

const FEW = 8;

/** Records of all entities in which the words stand, the best few. */
function useFoundRecords(words: string) {
  const asked = words.trim();
  const found = useQuery({ queryKey: ['search', 'palette', asked], queryFn: ({ signal }) => findRecords(asked, { limit: FEW }, signal), enabled: asked.length > 0, staleTime: 10_000, placeholderData: keepPreviousData });
  return { found: asked ? (found.data?.items ?? []) : [], answered: found.isSuccess && !found.isPlaceholderData ? asked : '' };
}

/** Ctrl+K: go, create, find. */
export default function Palette() {
  const { t } = useTranslation();
  useEffect(() => paletteReady(() => spotlight.open()), []);
  const catalog = useCatalog();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [words] = useDebouncedValue(query, 180);
  const entries = navigationOf(catalog, '').flatMap((section) => section.entries);
  const { found, answered } = useFoundRecords(words);
  const go = (to: string, params?: Record<string, string>) => () => void navigate({ to, params });
  const pages: Action[] = [
    { id: 'home', label: t('nav.home'), icon: <IconHome2 size={17} stroke={1.75} />, run: go('/') },
    ...(catalog.data.home ? [{ id: 'sections', label: t('nav.sections'), icon: <IconLayoutGrid size={17} stroke={1.75} />, run: go('/home') }] : []),
    ...entries.map((entry) => ({ id: `go-${entry.key}`, label: entry.label, icon: <EntityIcon name={entry.icon} />, run: go(entry.to, entry.params) })),
    { id: 'me', label: t('user.profile'), icon: <IconUserCircle size={17} stroke={1.75} />, run: go('/me') },
    ...(catalog.data.rights.design ? [{ id: 'studio', label: t('nav.studio'), icon: <IconHammer size={17} stroke={1.75} />, run: go('/studio') }] : []),
    ...(catalog.data.rights.administer ? [{ id: 'users', label: t('nav.administration'), icon: <IconSettings size={17} stroke={1.75} />, run: go('/admin/users') }] : []),
  ];
  const creations: Action[] = entries
    .flatMap(({ entity }) => (entity && mayCreate(entity) ? entity : []))
    .map((entity) => ({ id: `new-${entity.name}`, label: newLabel(entity), icon: <IconPlus size={17} stroke={1.75} />, run: go('/e/$entity/new', { entity: entity.name }) }));
  const hits: Action[] = found.flatMap((hit) => {
    const entity = catalog.entity(hit.entity);
    if (!entity) return [];
    const label = hit.title ?? hit.snippet ?? entity.label;
    return {
      id: `record-${hit.id}`, label, hint: entity.label, icon: <Mark name={label} />, run: go('/e/$entity/$id', { entity: entity.name, id: hit.id }),
      text: hit.title && <MarkedText text={hit.title} marks={hit.title_marks} />, below: hit.title && hit.snippet && <MarkedText text={hit.snippet} marks={hit.marks} />,
    };
  });
  const asked = query.trim();
  const settled = asked !== '' && answered === asked;
  const best = settled ? hits[0]?.id : undefined;
  if (asked) hits.push({ id: 'all', label: t('palette.all', { words: asked }), icon: <IconSearch size={17} stroke={1.75} />, run: () => void navigate({ to: '/search', search: { q: asked } }) });
  const fits = (action: Action) => action.label.toLowerCase().includes(query.trim().toLowerCase());
  const groups: [string, Action[]][] = [[t('palette.records'), hits], [t('palette.go'), pages.filter(fits)], [t('palette.create'), creations.filter(fits)]];
  const shown = groups.flatMap(([, actions]) => actions.map((action) => action.id));
  // What Enter does: the section called so, else the first record once the answer for these letters is here.
  const wanted = asked ? ([...pages, ...creations].find((action) => action.label.toLowerCase() === asked.toLowerCase())?.id ?? best ?? pages.find(fits)?.id ?? creations.find(fits)?.id ?? 'all') : undefined;
  const place = wanted ? shown.indexOf(wanted) : -1;
  useLayoutEffect(() => {
    // After the palette's own choice of the first action, which it makes in a microtask too.
    if (place >= 0) queueMicrotask(() => selectAction(place));
  }, [place, asked, shown.length]);
  return (
    <Spotlight.Root store={store} query={query} onQueryChange={setQuery} shortcut={null} transitionProps={{ duration: 0 }} clearQueryOnClose scrollable maxHeight={440} radius="lg" size={600} overlayProps={{ backgroundOpacity: 0.3, blur: 0 }} yOffset="12vh" centered={false}>
      <Spotlight.Search placeholder={t('palette.placeholder')} leftSection={<IconSearch size={18} stroke={1.75} />} aria-label={t('palette.placeholder')} />
      <Spotlight.ActionsList>
        {groups.filter(([, actions]) => actions.length).map(([label, actions]) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {actions.map((action) => (
              <Spotlight.Action key={action.id} onClick={() => { spotlight.close(); action.run(); }}>
                <span className="row gap-10" style={{ width: '100%' }}>{action.icon}<span className="grow" style={{ minWidth: 0 }}><span className="ellipsis" style={{ display: 'block' }}>{action.text ?? action.label}</span>{action.below && <span className="size-12 dim ellipsis" style={{ display: 'block' }}>{action.below}</span>}</span>{action.hint && <span className="size-12 dim">{action.hint}</span>}</span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.every(([, actions]) => actions.length === 0) && <Spotlight.Empty>{t('palette.nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
