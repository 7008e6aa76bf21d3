import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './error';

/** The cache of everything read from the server. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ApiError && (error.offline || error.status >= 500) && count < 2,
    },
    mutations: { retry: false },
  },
});
