// Writes src/api/schema.d.ts from the API's own description; with --check, fails where the file is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const description = new URL('../../api/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);

const banner = '// Written by `npm run types` from api/openapi.json: change that, never this.\n\n';
const written = banner + astToString(await openapiTS(description, { alphabetize: true }));

if (process.argv.includes('--check')) {
  let present = '';
  try {
    present = readFileSync(target, 'utf8');
  } catch {
    // There is no such file yet, which is as good as an old one.
  }
  if (present !== written) {
    console.error('src/api/schema.d.ts is not what api/openapi.json says. Run `npm run types`.');
    process.exit(1);
  }
} else {
  writeFileSync(target, written);
}
