import './signin.css';
import '../me/me.css';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { FactorSteps } from '@/me/SecondFactor';
import { Logo } from '@/ui/marks';
import { LanguageSwitch } from './LanguageSwitch';
import { safeNext } from './next';

/** The page of a person of whom a second factor is asked and who has none yet. */
export function SetUpFactor() {
  const { t } = useTranslation('account');
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = useSearch({ strict: false }) as { next?: string };
  async function done() {
    client.clear();
    await navigate({ href: safeNext(search.next), replace: true });
  }
  return (
    <main className="signin">
      <div className="signin-language"><LanguageSwitch /></div>
      <div className="signin-box" style={{ width: 520 }}>
        <div className="column" style={{ alignItems: 'center', marginBottom: 24 }}>
          <Logo size={44} />
          <h1 className="signin-title">{t('factor.title')}</h1>
          <div className="muted size-14" style={{ textAlign: 'center' }}>{t('factor.asked')}</div>
        </div>
        <div className="card signin-card"><FactorSteps onDone={() => void done()} /></div>
      </div>
    </main>
  );
}
