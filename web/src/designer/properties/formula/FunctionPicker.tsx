import { Button, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { IconMathFunction, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { groupsOf } from '../../model/functions';
import { languageFunctions } from '../../state/api';

/** The functions of the language, each with what it does and an example; a click writes its call. */
export function FunctionPicker({ onPick }: { onPick: (call: string, select?: string) => void }) {
  const { t, i18n } = useTranslation('studio');
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState('');
  const known = useQuery({ queryKey: ['functions', i18n.language], queryFn: ({ signal }) => languageFunctions(signal), enabled: opened, staleTime: Infinity });
  const groups = groupsOf(known.data ?? [], words, t);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={340} withinPortal trapFocus returnFocus>
      <Popover.Target><Button size="compact-xs" variant="subtle" leftSection={<IconMathFunction size={13} stroke={1.75} />} onClick={() => setOpened(!opened)}>{t('formula.function')}</Button></Popover.Target>
      <Popover.Dropdown p={8}>
        <TextInput placeholder={t('formula.find_function')} aria-label={t('formula.find_function')} value={words} onChange={(event) => setWords(event.currentTarget.value)} leftSection={<IconSearch size={15} stroke={1.75} />} data-autofocus />
        <div className="function-list">
          {groups.map(({ family, items }) => (
            <section key={family} aria-label={t(`formula_family.${family}`)}>
              <h3 className="function-family">{t(`formula_family.${family}`)}</h3>
              {items.map((item) => (
                <UnstyledButton key={item.signature} className="function-row" onClick={() => { setOpened(false); onPick(item.call, item.select); }}>
                  <span className="function-call"><b>{item.name}</b>{item.signature.slice(item.name.length)}<span className="dim"> → {item.result}</span></span>
                  <span className="function-text">{item.text}</span>
                  <code className="function-example">{item.example}</code>
                </UnstyledButton>
              ))}
            </section>
          ))}
          {known.data && groups.length === 0 && <div className="dim size-12" style={{ padding: 8 }}>{t('common:palette.nothing')}</div>}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
