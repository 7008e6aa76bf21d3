/** A form as people would get it, asked of the server as it is drawn. */
import { api } from '@/api/client';
import { ApiError } from '@/api/error';
import type { FormLayout } from '@/card/form/types';
import type { FormDoc } from '../model/form';
import type { Problem } from '../model/types';
import { mistakesOf } from '../state/api';

interface Answer {
  form: FormLayout;
  warnings?: Problem[];
}

export interface FormAttempt {
  /** Absent while there are mistakes. */
  layout?: FormLayout;
  problems: Problem[];
}

/** Mistakes and warnings are told at their places; they are an answer too. */
export async function tryForm(document: FormDoc, roles: string[] | undefined, signal?: AbortSignal): Promise<FormAttempt> {
  try {
    const { form, warnings } = await api.post<Answer>('/api/forms/attempt', { document, ...(roles && { roles }) }, { signal });
    return { layout: form, problems: (warnings ?? []).map((one) => ({ ...one, severity: 'warning' })) };
  } catch (error) {
    if (signal?.aborted || !(error instanceof ApiError) || error.status !== 422) throw error;
    return { problems: mistakesOf(error) };
  }
}
