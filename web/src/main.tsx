import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@mantine/core/styles.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/controls.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/queries';
import { initialiseLanguage } from './i18n';
import { router } from './router';
import { ProofHost } from './signin/ProofHost';
import { resolveVariables, theme } from './theme/theme';
import { ToastHost } from './ui/toast';

// A fake server for work on screens without the real one; never part of a build.
if (import.meta.env.DEV && import.meta.env.VITE_FAKE) (await import('./test/fake-server')).installFakeServer();
await initialiseLanguage();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Suspense fallback={null}>
          <RouterProvider router={router} />
        </Suspense>
        <ProofHost />
        <ToastHost />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
