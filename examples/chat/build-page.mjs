// Bundles the page, with the streaming client in it, into dist/public.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const page = (file) => fileURLToPath(new URL(`public/${file}`, import.meta.url));

await build({
  entryPoints: [page('app.tsx'), page('index.html'), page('style.css')],
  outdir: fileURLToPath(new URL('dist/public', import.meta.url)),
  bundle: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  minify: true,
  loader: { '.html': 'copy' },
  // The package is resolved as an application would, not by the paths of the repository.
  tsconfigRaw: {},
});
