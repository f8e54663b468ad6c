import { Fields, withExtensions } from "../kept-fields.ts";
import type { Json } from "../json.ts";

/** Types whose fields R4 kept; what it dropped (`animal`, `endpoint` of old) stays in an extension. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Patient: [
    "identifier",
    "active",
    "name",
    "telecom",
    "gender",
    "birthDate",
    "deceasedBoolean",
    "deceasedDateTime",
    "address",
    "maritalStatus",
    "multipleBirthBoolean",
    "multipleBirthInteger",
    "photo",
    "contact",
    "communication",
    "generalPractitioner",
    "managingOrganization",
    "link",
  ],
  Practitioner: [
    "identifier",
    "active",
    "name",
    "telecom",
    "address",
    "gender",
    "birthDate",
    "photo",
    "qualification",
    "communication",
  ],
  PractitionerRole: [
    "identifier",
    "active",
    "period",
    "practitioner",
    "organization",
    "code",
    "specialty",
    "location",
    "healthcareService",
    "telecom",
    "availableTime",
    "notAvailable",
    "availabilityExceptions",
    "endpoint",
  ],
  Organization: [
    "identifier",
    "active",
    "type",
    "name",
    "alias",
    "telecom",
    "address",
    "partOf",
    "contact",
    "endpoint",
  ],
  Specimen: [
    "identifier",
    "accessionIdentifier",
    "status",
    "type",
    "subject",
    "receivedTime",
    "parent",
    "request",
    "collection",
    "processing",
    "container",
    "note",
  ],
  RelatedPerson: [
    "identifier",
    "active",
    "patient",
    "name",
    "telecom",
    "gender",
    "birthDate",
    "address",
    "photo",
    "period",
  ],
  Flag: ["identifier", "status", "code", "subject", "period", "encounter", "author"],
  Binary: ["contentType", "securityContext", "content", "data"],
};

/** True for a type that `unchanged` converts. */
export function isUnchanged(type: string): boolean {
  return type in FIELDS;
}

/** A resource whose R4 form differs only in fields that R4 dropped. */
export function unchanged(source: Json): Json {
  const from = new Fields(source);
  const type = String(source["resourceType"]);
  const out = { ...from.common(), ...from.same(...FIELDS[type]!) };
  if (type === "Binary" && "content" in out) {
    const { content, ...rest } = out as Json;
    return withExtensions({ ...rest, data: content }, from.rest());
  }
  // R4 lets a related person be related in more than one way; a flag have more than one category.
  if (type === "RelatedPerson") Object.assign(out, listed("relationship", from.take("relationship")));
  if (type === "Flag") Object.assign(out, listed("category", from.take("category")));
  return withExtensions(out, from.rest());
}

function listed(name: string, value: unknown): Json {
  return value === undefined ? {} : { [name]: Array.isArray(value) ? value : [value] };
}
