import { NO_DEMOGRAPHICS, type Demographics } from "#identity";
import { addressText } from "#record";
import type { Identifier, Resource } from "#standards";

export const NHS_NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number";
const list = (value: unknown): any[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

/** Who a FHIR R4 (UK Core) Patient says it is. Old and new verification status systems are both read. */
export function demographicsOfPatient(patient: Resource): Demographics {
  const identifiers = list(patient["identifier"]) as Identifier[];
  const nhs = identifiers.find((each) => each?.system === NHS_NUMBER_SYSTEM);
  const status = list(nhs?.extension).find((each) => /NHSNumberVerificationStatus/.test(String(each?.url)))?.valueCodeableConcept?.coding?.[0]?.code;
  const names = list(patient["name"]);
  const name = names.find((each) => each?.use === "official") ?? names.find((each) => each?.use !== "nickname" && each?.use !== "old") ?? names[0];
  const preferred = names.find((each) => each?.use === "nickname" || each?.use === "usual");
  const addresses = list(patient["address"]);
  const address = addresses.find((each) => each?.use === "home" && !each?.period?.end) ?? addresses[0];
  const telecom = (system: string): string | null => list(patient["telecom"]).find((each) => each?.system === system)?.value ?? null;
  const communication = list(patient["communication"])[0];
  const interpreter = list(patient["extension"]).flatMap((each) => list(each?.extension)).find((each) => each?.url === "interpreterRequired")?.valueBoolean;
  const security = list(patient.meta?.security);
  const family = text(name?.family);
  return {
    ...NO_DEMOGRAPHICS,
    nhsNumberText: text(nhs?.value),
    nhsNumberStatus: text(status),
    family: family ?? (name?.family === undefined ? (text(name?.text)?.split(" ").at(-1) ?? null) : null),
    given: list(name?.given).join(" ") || (family === null ? text(name?.text)?.split(" ").slice(0, -1).join(" ") || null : null),
    title: text(list(name?.prefix)[0]),
    preferredName: preferred === name ? null : text(list(preferred?.given)[0] ?? preferred?.text),
    birthDate: text(patient["birthDate"]),
    sex: text(patient["gender"]),
    deceased: patient["deceasedBoolean"] === true || typeof patient["deceasedDateTime"] === "string",
    dateOfDeath: text(patient["deceasedDateTime"]),
    address: address ? (list(address.line).length > 0 ? [...list(address.line), address.city, address.district].filter((each) => typeof each === "string") : [addressText(address)].filter((each) => each !== undefined)) : [],
    postcode: text(address?.postalCode),
    phone: telecom("phone"),
    email: telecom("email"),
    gpPractice: text(list(patient["generalPractitioner"]).map((each) => each?.identifier).find((each) => /ods/i.test(String(each?.system)))?.value),
    otherNames: names.filter((each) => each !== name).map((each) => `${text(each?.family) ?? ""}^${list(each?.given).join(" ")}`).filter((each) => each !== "^"),
    otherPostcodes: addresses.filter((each) => each !== address).map((each) => text(each?.postalCode)).filter((each) => each !== null && each !== text(address?.postalCode)) as string[],
    birthOrder: typeof patient["multipleBirthInteger"] === "number" ? patient["multipleBirthInteger"] : null,
    language: text(communication?.language?.text ?? communication?.language?.coding?.[0]?.display),
    interpreter: typeof interpreter === "boolean" ? interpreter : null,
    // Silence: a source that does not know of a protection has not lifted it.
    protectedAddress: security.some((each) => (String(each?.system).endsWith("v3-Confidentiality") && (each?.code === "R" || each?.code === "V")) || each?.code === "protected-address") || null,
  };
}

const text = (value: unknown): string | null => (typeof value === "string" && value.trim() !== "" ? value.trim() : null);

/** The organisation's own id of a Patient: its resource id, else an identifier that is not the NHS number, else its place in the bundle. */
export function localIdOf(patient: Resource, fullUrl: string | undefined): string | null {
  if (patient.id) return patient.id;
  const own = (list(patient["identifier"]) as Identifier[]).find((each) => each?.system !== NHS_NUMBER_SYSTEM && each?.value);
  return own?.value ?? keyOfUrl(fullUrl);
}

/** `urn:uuid:x` and `https://host/Type/x` both name x. */
export function keyOfUrl(fullUrl: string | undefined): string | null {
  if (fullUrl === undefined) return null;
  return fullUrl.startsWith("urn:") ? fullUrl.slice(fullUrl.lastIndexOf(":") + 1) : fullUrl.slice(fullUrl.lastIndexOf("/") + 1) || null;
}
