import { UnstyledButton, type UnstyledButtonProps } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ComponentPropsWithRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { Avatar } from '@/ui/marks';

/** The person at the foot of the rail; what it opens is loaded after the page is there. */
export function PersonButton({ folded, className = '', ...rest }: { folded: boolean } & UnstyledButtonProps & ComponentPropsWithRef<'button'>) {
  const { t } = useTranslation();
  const { user } = useCatalog().data;
  return (
    <UnstyledButton {...rest} className={`rail-item rail-user ${className}`}>
      <Avatar name={user.name || user.email} size={folded ? 26 : 20} />
      {folded && <span className="visually-hidden">{t('user.menu', { name: user.name })}</span>}
      {!folded && <><span className="grow ellipsis">{user.name || user.email}</span><IconDots size={15} stroke={1.75} /></>}
    </UnstyledButton>
  );
}
