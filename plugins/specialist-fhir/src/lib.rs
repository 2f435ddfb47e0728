//! Adapter for specialist services: HL7 FHIR R4.
