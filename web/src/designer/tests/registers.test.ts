import { describe, expect, it } from 'vitest';
import { delayWords, newRegister, withOrder, withRefresh } from '../model/register';
import { follow } from '../model/rename';
import type { DatasetDoc, RegisterDoc } from '../model/types';
import { usesOfEntity } from '../model/usage';

const sales: DatasetDoc = { kind: 'dataset', id: 's', name: 'sales', label: { en: 'Sales' }, parts: [{ entity: 'deal' }], fields: [] };
const kept = (): RegisterDoc => newRegister(sales, ['sales']);

describe('registers', () => {
  it('begin with the name of their dataset', () => {
    expect(kept()).toMatchObject({ kind: 'register', name: 'sales_kept', dataset: 'sales', label: { en: 'Sales, kept' } });
  });

  it('say nothing of times they have not', () => {
    const timed = withRefresh(kept(), { cron: '0 3 * * *' });
    expect(timed.refresh).toEqual({ cron: '0 3 * * *' });
    expect(withRefresh(timed, { on_change: 'PT1M' }).refresh).toEqual({ cron: '0 3 * * *', on_change: 'PT1M' });
    expect(withRefresh(timed, { cron: undefined }).refresh).toBeUndefined();
    expect(withOrder({ ...kept(), indexes: [['a'], ['b']] }, []).indexes).toEqual([['b']]);
    expect(withOrder(kept(), []).indexes).toBeUndefined();
  });

  it('follow a renamed dataset and are told of as its users', () => {
    expect(follow(kept(), new Map([['sales', 'turnover']]))).toMatchObject({ dataset: 'turnover' });
    expect(usesOfEntity('sales', [kept()])).toEqual([{ document: 'register/sales_kept', as: 'register' }]);
  });

  it('tell delays in words', () => {
    expect(delayWords('PT10M', 'en')).toBe('10 minutes');
    expect(delayWords('PT1H', 'ru')).toBe('1 час');
    expect(delayWords('P1D', 'en')).toBe('P1D');
  });
});
