import { lazy, Suspense, useEffect, useState } from 'react';
import { onProofNeeded } from '@/api/client';

const ProofDialog = lazy(() => import('./ProofDialog'));

type Answer = (given: boolean) => void;

/** Asks for the password when an act needs a fresh proof; several acts that wait at once are answered by one dialog. */
export function ProofHost() {
  const [waiting, setWaiting] = useState<Answer[]>([]);
  useEffect(() => {
    onProofNeeded(() => new Promise<boolean>((answer) => setWaiting((current) => [...current, answer])));
    return () => onProofNeeded(null);
  }, []);

  function end(given: boolean) {
    waiting.forEach((answer) => answer(given));
    setWaiting([]);
  }
  if (waiting.length === 0) return null;
  return <Suspense fallback={null}><ProofDialog onEnd={end} /></Suspense>;
}
