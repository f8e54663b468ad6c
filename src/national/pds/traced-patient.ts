/**
 * A Patient of PDS, read into our own words. Everything that could not be read is
 * a problem with its place: a wrong date is left out and said, never guessed.
 * Source: NHSDigital/personal-demographics-service-api, specification/components/schemas/Patient.yaml.
 */
import { parseNhsNumber } from "#standards";

export type Period = { readonly start: string | null; readonly end: string | null };
export type TracedName = { readonly use: string; readonly period: Period; readonly prefix: readonly string[]; readonly given: readonly string[]; readonly family: string | null; readonly suffix: readonly string[] };
export type TracedAddress = { readonly use: string; readonly period: Period; /** Without the empty lines that PDS keeps the places of. */ readonly lines: readonly string[]; readonly postcode: string | null };
export type TracedTelecom = { readonly system: string; readonly value: string; readonly use: string | null; readonly period: Period };
export type TracedPractice = { readonly odsCode: string; readonly period: Period };
/** Where a person can be found. */
export type TracedLocation = { readonly addresses: readonly TracedAddress[]; readonly telecoms: readonly TracedTelecom[]; readonly practice: TracedPractice | null };

export type TracedPatient = {
  readonly nhsNumber: string;
  /** UKCore-NHSNumberVerificationStatus of the number, `01` to `08`; `null` where PDS does not say. */
  readonly verification: string | null;
  /** Version of the record at PDS; goes up with each change. */
  readonly versionId: string | null;
  /** `restricted` and `very-restricted`: the S-flag. Very restricted people come without names, too. */
  readonly restriction: "none" | "restricted" | "very-restricted";
  readonly names: readonly TracedName[];
  /** FHIR date as held, of any precision. */
  readonly birthDate: string | null;
  readonly gender: "male" | "female" | "other" | "unknown" | null;
  /** Place among twins and more: 1 to 7; `null`: single, or not said. */
  readonly multipleBirth: number | null;
  /** `informal` a local notice, `formal` the registrar's, `removed` taken back: the person lives. `null`: none. */
  readonly death: { readonly date: string | null; readonly status: "informal" | "formal" | "removed" | null } | null;
  /** `withheld`: PDS keeps it back. That is no word about where the person is, and overwrites nothing that is held. */
  readonly location: "withheld" | TracedLocation;
  readonly language: string | null;
  readonly interpreter: boolean | null;
};

/** Something in an answer that could not be read, or that the interface does not name. Never holds the value of a field. */
export type PdsProblem = { readonly path: string; readonly fault: "missing" | "wrong-shape" | "not-a-date" | "unknown-field" | "unknown-code" | "not-a-number" | "ends-before-it-begins" | "not-withheld" };

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a Patient. `null` with the problems where it is none, or where its number
 * cannot be made out: then nothing of it may be used.
 */
export function readTracedPatient(value: unknown, at = "Patient"): { patient: TracedPatient | null; problems: readonly PdsProblem[] } {
  const reader = new Reader();
  const patient = readPatient(reader, value, at);
  return { patient, problems: reader.problems };
}

/** Names that the interface has for a Patient; another is told of, so that a change at PDS does not pass in silence. */
const PATIENT_FIELDS = ["resourceType", "id", "meta", "identifier", "name", "gender", "birthDate", "multipleBirthInteger", "deceasedDateTime", "address", "telecom", "contact", "generalPractitioner", "managingOrganization", "extension"];
/** Extensions by the end of their address: PDS has published them under two systems of addresses. The unread are known and of no use here. */
const EXTENSIONS = ["DeathNotificationStatus", "NHSCommunication", "NominatedPharmacy", "PreferredDispenserOrganization", "DispensingDoctor", "MedicalApplianceSupplier", "ContactPreference", "ResidentialStatus", "RemovalFromRegistration", "patient-birthPlace", "birthPlace"];

function readPatient(reader: Reader, value: unknown, at: string): TracedPatient | null {
  const patient = reader.object(value, at);
  if (patient === null) return null;
  if (patient["resourceType"] !== "Patient") return reader.fault(`${at}.resourceType`, "wrong-shape");
  reader.known(patient, at, PATIENT_FIELDS);
  const number = parseNhsNumber(reader.text(patient["id"], `${at}.id`));
  if (!number.ok) return reader.fault(`${at}.id`, "not-a-number");
  const identifiers = reader.list(patient["identifier"], `${at}.identifier`);
  const nhs = identifiers.filter(([each]) => each["system"] === "https://fhir.nhs.uk/Id/nhs-number");
  // Two numbers in one answer would make it nobody's.
  if (nhs.some(([each]) => each["value"] !== number.value)) return reader.fault(`${at}.identifier`, "not-a-number");
  const security = reader.list(reader.object(patient["meta"], `${at}.meta`, false)?.["security"], `${at}.meta.security`);
  const label = String(security[0]?.[0]["code"] ?? "");
  if (!["U", "R", "V"].includes(label)) {
    // Without a label nobody can tell whether the location may be shown.
    reader.fault(`${at}.meta.security`, label === "" ? "missing" : "unknown-code");
  }
  if (label === "REDACTED") return reader.fault(`${at}.meta.security`, "unknown-code");
  const restriction = label === "U" ? "none" : label === "V" ? "very-restricted" : "restricted";
  const extensions = reader.list(patient["extension"], `${at}.extension`);
  for (const [each, path] of extensions) if (!EXTENSIONS.some((known) => String(each["url"] ?? "").endsWith(known))) reader.fault(`${path}.url`, "unknown-field");
  const communication = extensions.find(([each]) => String(each["url"]).endsWith("NHSCommunication"));
  return {
    nhsNumber: number.value,
    verification: nhs[0] === undefined ? null : verificationOf(reader, nhs[0]),
    versionId: reader.text(reader.object(patient["meta"], `${at}.meta`, false)?.["versionId"], `${at}.meta.versionId`, false),
    restriction,
    names: namesOf(reader, patient, at, restriction === "very-restricted"),
    birthDate: reader.date(patient["birthDate"], `${at}.birthDate`),
    gender: reader.code(patient["gender"], `${at}.gender`, ["male", "female", "other", "unknown"]),
    multipleBirth: reader.wholeNumber(patient["multipleBirthInteger"], `${at}.multipleBirthInteger`),
    death: deathOf(reader, patient, extensions, at),
    location: locationOf(reader, patient, at, restriction !== "none"),
    language: communication === undefined ? null : languageOf(reader, communication),
    interpreter: communication === undefined ? null : interpreterOf(reader, communication),
  };
}

function verificationOf(reader: Reader, [identifier, path]: readonly [Json, string]): string | null {
  const extension = reader.list(identifier["extension"], `${path}.extension`).find(([each]) => String(each["url"]).endsWith("NHSNumberVerificationStatus"));
  if (extension === undefined) return null;
  return reader.coded(extension[0]["valueCodeableConcept"], `${extension[1]}.valueCodeableConcept`, ["01", "02", "03", "04", "05", "06", "07", "08"]);
}

function namesOf(reader: Reader, patient: Json, at: string, withheld: boolean): TracedName[] {
  const names = reader.list(patient["name"], `${at}.name`);
  if (names.length === 0 && !withheld) reader.fault(`${at}.name`, "missing");
  return names.map(([name, path]) => {
    reader.known(name, path, ["id", "use", "period", "given", "family", "prefix", "suffix", "text"]);
    return { use: reader.text(name["use"], `${path}.use`) ?? "", period: reader.period(name["period"], `${path}.period`), prefix: reader.texts(name["prefix"], `${path}.prefix`), given: reader.texts(name["given"], `${path}.given`), family: reader.text(name["family"], `${path}.family`, false), suffix: reader.texts(name["suffix"], `${path}.suffix`) };
  });
}

/** `U` takes a death back; a date without a status is a death whose standing PDS does not say. */
function deathOf(reader: Reader, patient: Json, extensions: readonly (readonly [Json, string])[], at: string): TracedPatient["death"] {
  const date = patient["deceasedDateTime"] === undefined ? null : reader.date(patient["deceasedDateTime"], `${at}.deceasedDateTime`)?.slice(0, 10) ?? null;
  const found = extensions.find(([each]) => String(each["url"]).endsWith("DeathNotificationStatus"));
  const part = found && reader.list(found[0]["extension"], `${found[1]}.extension`).find(([each]) => each["url"] === "deathNotificationStatus");
  const code = part ? reader.coded(part[0]["valueCodeableConcept"], `${part[1]}.valueCodeableConcept`, ["1", "2", "U"]) : null;
  if (date === null && code === null) return null;
  return { date, status: code === "1" ? "informal" : code === "2" ? "formal" : code === "U" ? "removed" : null };
}

/** What is kept back is not read even where it was sent by mistake: that is told of, and goes no further. */
function locationOf(reader: Reader, patient: Json, at: string, isRestricted: boolean): TracedPatient["location"] {
  if (isRestricted) {
    for (const field of ["address", "telecom", "generalPractitioner", "contact"]) if (patient[field] !== undefined) reader.fault(`${at}.${field}`, "not-withheld");
    return "withheld";
  }
  const addresses = reader.list(patient["address"], `${at}.address`).map(([address, path]) => {
    reader.known(address, path, ["id", "use", "period", "line", "postalCode", "extension", "text"]);
    return { use: reader.text(address["use"], `${path}.use`, false) ?? "", period: reader.period(address["period"], `${path}.period`), lines: reader.texts(address["line"], `${path}.line`), postcode: reader.text(address["postalCode"], `${path}.postalCode`, false) };
  });
  const telecoms = reader.list(patient["telecom"], `${at}.telecom`).flatMap(([telecom, path]): TracedTelecom[] => {
    reader.known(telecom, path, ["id", "use", "period", "system", "value", "extension"]);
    const value = reader.text(telecom["value"], `${path}.value`);
    return value === null ? [] : [{ system: reader.text(telecom["system"], `${path}.system`) ?? "", value, use: reader.text(telecom["use"], `${path}.use`, false), period: reader.period(telecom["period"], `${path}.period`) }];
  });
  const practice = reader.list(patient["generalPractitioner"], `${at}.generalPractitioner`)[0];
  return { addresses, telecoms, practice: practice === undefined ? null : practiceOf(reader, practice) };
}

function practiceOf(reader: Reader, [practice, path]: readonly [Json, string]): TracedPractice | null {
  const identifier = reader.object(practice["identifier"], `${path}.identifier`);
  const odsCode = identifier && reader.text(identifier["value"], `${path}.identifier.value`);
  return odsCode === null ? null : { odsCode, period: reader.period(identifier?.["period"], `${path}.identifier.period`) };
}

function languageOf(reader: Reader, [extension, path]: readonly [Json, string]): string | null {
  const part = reader.list(extension["extension"], `${path}.extension`).find(([each]) => each["url"] === "language");
  return part === undefined ? null : reader.coded(part[0]["valueCodeableConcept"], `${part[1]}.valueCodeableConcept`);
}

function interpreterOf(reader: Reader, [extension, path]: readonly [Json, string]): boolean | null {
  const part = reader.list(extension["extension"], `${path}.extension`).find(([each]) => each["url"] === "interpreterRequired");
  const value = part?.[0]["valueBoolean"];
  return part === undefined ? null : typeof value === "boolean" ? value : reader.fault(`${part[1]}.valueBoolean`, "wrong-shape");
}

/** Reads values with their places and gathers what is wrong with them. */
class Reader {
  readonly problems: PdsProblem[] = [];

  fault(path: string, fault: PdsProblem["fault"]): null {
    this.problems.push({ path, fault });
    return null;
  }

  known(object: Json, path: string, names: readonly string[]): void {
    for (const name of Object.keys(object)) if (!names.includes(name)) this.fault(`${path}.${name}`, "unknown-field");
  }

  object(value: unknown, path: string, required = true): Json | null {
    if (value === undefined && !required) return null;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
    return this.fault(path, value === undefined ? "missing" : "wrong-shape");
  }

  list(value: unknown, path: string): (readonly [Json, string])[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return this.fault(path, "wrong-shape") ?? [];
    return value.flatMap((each, index) => {
      const object = this.object(each, `${path}[${index}]`);
      return object === null ? [] : [[object, `${path}[${index}]`] as const];
    });
  }

  text(value: unknown, path: string, required = true): string | null {
    if (value === undefined && !required) return null;
    if (typeof value !== "string") return this.fault(path, value === undefined ? "missing" : "wrong-shape");
    return value.trim() === "" ? null : value.trim();
  }

  /** Texts without the empty ones. */
  texts(value: unknown, path: string): string[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return this.fault(path, "wrong-shape") ?? [];
    return value.flatMap((each, index) => {
      const text = each === null ? null : this.text(each, `${path}[${index}]`);
      return text === null ? [] : [text];
    });
  }

  code<const T extends string>(value: unknown, path: string, codes: readonly T[]): T | null {
    const text = this.text(value, path, false);
    return text === null ? null : codes.includes(text as T) ? (text as T) : this.fault(path, "unknown-code");
  }

  coded(value: unknown, path: string, codes?: readonly string[]): string | null {
    const concept = this.object(value, path);
    const coding = concept && this.list(concept["coding"], `${path}.coding`)[0];
    if (!coding) return concept && this.fault(`${path}.coding`, "missing");
    const code = this.text(coding[0]["code"], `${coding[1]}.code`);
    return code === null || codes === undefined || codes.includes(code) ? code : this.fault(`${coding[1]}.code`, "unknown-code");
  }

  wholeNumber(value: unknown, path: string): number | null {
    if (value === undefined) return null;
    return Number.isSafeInteger(value) ? (value as number) : this.fault(path, "wrong-shape");
  }

  /** A FHIR date or time that is one of the calendar's: `2026-02-30` is not. */
  date(value: unknown, path: string): string | null {
    const text = this.text(value, path, false);
    if (text === null) return null;
    const found = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/.exec(text);
    const [, year, month = "01", day = "01"] = found ?? [];
    // JavaScript turns 30 February into 2 March: the day that comes back tells.
    const isReal = found !== null && Number(month) >= 1 && Number(month) <= 12 && new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
    return isReal ? text : this.fault(path, "not-a-date");
  }

  period(value: unknown, path: string): Period {
    const period = this.object(value, path, false);
    if (period === null) return { start: null, end: null };
    const [start, end] = [this.date(period["start"], `${path}.start`), this.date(period["end"], `${path}.end`)];
    if (start !== null && end !== null && end < start) this.fault(path, "ends-before-it-begins");
    return { start, end };
  }
}
