// The SAML identity provider of the other tests, which Node cannot load as it is.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { transform } from 'esbuild';

const SOURCE = 'test/support/saml-identity-provider.ts';
const COMPILED = 'test/attack/dist/saml-identity-provider.cjs';

export async function samlIdentityProvider() {
  const { code } = await transform(await readFile(SOURCE, 'utf8'), { loader: 'ts', format: 'cjs' });
  await mkdir('test/attack/dist', { recursive: true });
  await writeFile(COMPILED, code);
  const { SamlIdentityProvider } = createRequire(import.meta.url)(resolve(COMPILED));
  return new SamlIdentityProvider();
}
