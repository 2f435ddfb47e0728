// Checks OpenAPI documents with two validators that were written independently of each other.
//
//   node validate.mjs FILE…
//
// Prints one JSON line for each file and validator, {"file", "by", "errors"}, and ends with 1 if one has errors. Reads files and
// nothing else: a document that refers to anything outside itself is not valid.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';

const here = dirname(fileURLToPath(import.meta.url));
const redocly = join(here, 'node_modules/.bin/redocly');
let failed = false;

function say(file, by, errors) {
  console.log(JSON.stringify({ file, by, errors }));
  failed ||= errors.length > 0;
}

for (const file of process.argv.slice(2)) {
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const { valid, errors } = await new Validator().validate(document);
  say(file, '@seriousme/openapi-schema-validator', valid ? [] : [errors].flat().map((e) => JSON.stringify(e)));

  let output;
  try {
    output = execFileSync(process.execPath, [redocly, 'lint', file, '--format', 'json', '--config', join(here, 'redocly.yaml')], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, REDOCLY_TELEMETRY: 'off', CI: 'true' },
    });
  } catch (error) {
    output = error.stdout;
  }
  const problems = JSON.parse(output.slice(output.indexOf('{'))).problems;
  say(file, '@redocly/cli', problems.map((p) => `${p.severity} ${p.ruleId}: ${p.message} at ${p.location?.[0]?.pointer ?? ''}`));
}
process.exitCode = failed ? 1 : 0;
