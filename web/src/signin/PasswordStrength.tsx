import { useTranslation } from 'react-i18next';

/** What the server asks for; that a password is common or made of the name, the server tells. */
export const SHORTEST = 8;

/** 0 to 4: length counts most, then how many different kinds of characters. */
export function strengthOf(password: string): number {
  if (password.length < SHORTEST) return password.length === 0 ? 0 : 1;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length;
  const different = new Set(password).size;
  if (different < 5) return 1;
  if (password.length >= 20 || (password.length >= 14 && kinds >= 3)) return 4;
  return password.length >= 14 || kinds >= 3 ? 3 : 2;
}

export function PasswordStrength({ password }: { password: string }) {
  const { t } = useTranslation('work');
  const strength = strengthOf(password);
  const colour = strength >= 3 ? 'var(--ok)' : strength === 2 ? 'var(--warn)' : 'var(--bad)';
  return (
    <div aria-live="polite">
      <div className="row gap-4" style={{ marginTop: 8 }}>{[1, 2, 3, 4].map((step) => <span key={step} className="grow" style={{ height: 4, borderRadius: 4, background: strength >= step ? colour : 'var(--border)' }} />)}</div>
      <div className="size-12 muted" style={{ marginTop: 5, minHeight: 16 }}>{password && <><span className="medium" style={{ color: colour }}>{t(`first.strength_${strength}`)}</span> {t('first.characters', { count: password.length })}</>}</div>
    </div>
  );
}
