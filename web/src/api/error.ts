/** One mistake of a problem document: where, what, in the reader's language. */
export interface ProblemItem {
  path?: string;
  code: string;
  message: string;
  [argument: string]: unknown;
}

/** RFC 9457 problem document as the server writes it. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: ProblemItem[];
  /** Current version and differing fields of a stale save. */
  current?: Record<string, unknown>;
  current_version?: number;
  [extension: string]: unknown;
}

/** A refused or failed call. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly errors: ProblemItem[];

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.errors?.[0]?.message ?? problem.title ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
    this.errors = problem.errors ?? [];
  }

  get code(): string | undefined {
    return this.problem.code ?? this.errors[0]?.code;
  }

  get offline(): boolean {
    return this.status === 0;
  }
}

/** First segment of a pointer (`/amount`, `values/amount`, `amount`) as the name of a field. */
export function fieldOf(path: string | undefined): string | undefined {
  return (path ?? '').replace(/^\//, '').replace(/^values[/.]/, '').split(/[/.[]/)[0] || undefined;
}

/** Messages by field, those of no field under the empty name; what is inside a field is told by whoever knows its parts. */
export function messagesByField(error: unknown, partOf?: (path: string) => string | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  if (!(error instanceof ApiError)) return { '': error instanceof Error ? error.message : String(error) };
  for (const item of error.errors) {
    const name = fieldOf(item.path) ?? '';
    const message = [partOf?.(item.path ?? ''), item.message].filter(Boolean).join(': ');
    found[name] = found[name] ? `${found[name].replace(/\.$/, '')}. ${message}` : message;
  }
  if (error.errors.length === 0) found[''] = error.message;
  return found;
}
