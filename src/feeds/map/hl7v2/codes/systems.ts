/** Names of code systems as HL7 v2 senders write them (table 0396 and what is in use) to FHIR's addresses. */
const SYSTEMS: Readonly<Record<string, string>> = {
  SCT: "http://snomed.info/sct", SNOMED: "http://snomed.info/sct", SNM: "http://snomed.info/sct", "SNOMED-CT": "http://snomed.info/sct", "SNOMED CT": "http://snomed.info/sct", SNOMEDCT: "http://snomed.info/sct", SNM3: "http://snomed.info/sct", SCT2: "http://snomed.info/sct",
  LN: "http://loinc.org", LOINC: "http://loinc.org", I10: "http://hl7.org/fhir/sid/icd-10", ICD10: "http://hl7.org/fhir/sid/icd-10", "ICD-10": "http://hl7.org/fhir/sid/icd-10",
  OPCS: "https://fhir.hl7.org.uk/CodeSystem/OPCS-4", OPCS4: "https://fhir.hl7.org.uk/CodeSystem/OPCS-4", "OPCS-4": "https://fhir.hl7.org.uk/CodeSystem/OPCS-4",
  RC: "http://read.info/readv2", READ: "http://read.info/readv2", RC2: "http://read.info/readv2", CTV3: "http://read.info/ctv3", RC3: "http://read.info/ctv3", DMD: "https://dmd.nhs.uk", "DM+D": "https://dmd.nhs.uk", UCUM: "http://unitsofmeasure.org", CVX: "http://hl7.org/fhir/sid/cvx", ATC: "http://www.whocc.no/atc",
};

/** Systems that the record reads without a map of the region's. */
const KNOWN = new Set(Object.values(SYSTEMS));

/** The address of a system by its name in CWE.3; HL7's own tables have one each; a name that is not here keeps its own under `urn:hl7v2:`. */
export function systemOf(name: string): string {
  const table = /^(?:HL7)(\d{4})$/.exec(name);
  return SYSTEMS[name] ?? SYSTEMS[name.toUpperCase()] ?? (table ? `http://terminology.hl7.org/CodeSystem/v2-${table[1]}` : `urn:hl7v2:${name.replace(/\s+/g, "-")}`);
}

export const isKnownSystem = (system: string | undefined): boolean => system !== undefined && KNOWN.has(system);
