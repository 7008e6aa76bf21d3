import { Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  title: string;
  items: { name: string; label: string; count?: number; changed?: boolean }[];
  chosen: string;
  onChoose: (name: string) => void;
  action: ReactNode;
  /** Whether what is chosen takes all the room there is. */
  wide?: boolean;
  children: ReactNode;
}

/** Documents of a kind at the left, the chosen one at the right; a drop-down list on a phone. */
export function ListPane({ title, items, chosen, onChoose, action, wide, children }: Props) {
  const { t } = useTranslation('studio');
  const small = useMediaQuery('(max-width: 900px)');
  return (
    <div className="list-pane">
      {small
        ? <div className="row gap-8 list-pane-top"><Select className="grow" aria-label={title} data={items.map((item) => ({ value: item.name, label: item.label }))} value={chosen} onChange={(name) => name && onChoose(name)} />{action}</div>
        : <div className="list-pane-side">
          <div className="column gap-2">
            {items.map((item) => (
              <button key={item.name} type="button" className="tree-item" aria-current={item.name === chosen ? 'page' : undefined} onClick={() => onChoose(item.name)}>
                <span className="ellipsis">{item.label}</span><span className="grow" />
                {item.changed && <span className="changed-point" role="img" aria-label={t('tree.changed')} />}
                {item.count !== undefined && <span className="tree-count">{item.count}</span>}
              </button>
            ))}
          </div>
          {action}
        </div>}
      <div className="list-pane-main"><div className={wide ? 'column gap-16' : 'column gap-16 form-width'}>{children}</div></div>
    </div>
  );
}
