import { createHash } from "node:crypto";
import { isObject, text, type Json } from "./json.ts";

/** On a reference whose target the sender did not send: the sender's own words for it. */
export const SOURCE_REFERENCE = "https://kmcr.org.uk/StructureDefinition/source-reference";

/** STU3 types that R4 gave another name. */
const RENAMED_TYPES: Readonly<Record<string, string>> = {
  ReferralRequest: "ServiceRequest",
  ProcedureRequest: "ServiceRequest",
};

/** The R4 type of an STU3 type. */
export function typeInR4(type: string): string {
  return Object.hasOwn(RENAMED_TYPES, type) ? RENAMED_TYPES[type]! : type;
}

/** The source's id as a valid R4 id: unchanged where it is one, else made safe with a digest so that two never meet. */
export function idInR4(id: string): string {
  if (/^[A-Za-z0-9.-]{1,64}$/.test(id)) return id;
  const digest = createHash("sha256").update(id).digest("hex").slice(0, 12);
  return `${id.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 50)}-${digest}`;
}

/**
 * Which reference of the bundle leads to which R4 resource, and which
 * resources are distinct. A sender may repeat a resource (kept once where both
 * are the same, twice under two ids where they differ), leave a List without an
 * id, or name targets that it did not send.
 */
export class References {
  readonly #targets = new Map<string, string>();
  readonly #used = new Map<string, string>();
  readonly #patient: string;

  constructor(patientId: string) {
    this.#patient = `Patient/${idInR4(patientId)}`;
  }

  /**
   * Registers one STU3 resource. Returns its R4 id, or `null` where the very
   * same resource is there already.
   */
  register(resource: Json, idWithout: string): string | null {
    const type = text(resource["resourceType"])!;
    const sourceId = text(resource["id"]);
    const content = JSON.stringify(resource);
    const wanted = idInR4(sourceId ?? idWithout);
    for (let copy = 1; ; copy++) {
      const id = copy === 1 ? wanted : `${wanted.slice(0, 60)}.${copy}`;
      const address = `${typeInR4(type)}/${id}`;
      const there = this.#used.get(address);
      if (there === content && sourceId !== undefined) return null;
      if (there !== undefined) continue;
      this.#used.set(address, content);
      // The first of two different resources with one id keeps the references: the sender's order is all there is to go by.
      const source = `${type}/${sourceId ?? ""}`;
      if (sourceId !== undefined && !this.#targets.has(source)) this.#targets.set(source, address);
      return id;
    }
  }

  /**
   * A deep copy in which every reference leads to a resource of the result, or
   * carries no `reference` but the sender's words in `SOURCE_REFERENCE`.
   */
  rewrite(value: unknown, lifted: ReadonlyMap<string, string>, field = ""): unknown {
    if (Array.isArray(value)) return value.map((item) => this.rewrite(item, lifted, field));
    if (!isObject(value)) return value;
    const reference = value["reference"];
    const out: Json = {};
    for (const [name, inner] of Object.entries(value)) out[name] = this.rewrite(inner, lifted, name);
    if (typeof reference !== "string") return out;
    const target = reference.startsWith("#") ? lifted.get(reference) : this.#find(reference);
    if (target !== undefined) return { ...out, reference: target };
    const said = { url: SOURCE_REFERENCE, valueString: reference };
    out["extension"] = [...((out["extension"] as Json[] | undefined) ?? []), said];
    delete out["reference"];
    // A structured record is one patient's: whatever the sender called the subject, it is this patient.
    if ((field === "subject" || field === "patient") && reference.startsWith("Patient/"))
      out["reference"] = this.#patient;
    else if (out["identifier"] === undefined && out["display"] === undefined)
      out["display"] = /\s/.test(reference) ? reference : "Not sent by the source";
    return out;
  }

  #find(reference: string): string | undefined {
    const direct = this.#targets.get(reference);
    if (direct !== undefined) return direct;
    // Seen: `Encounter/Encounter/1`, `urn:uuid:...`, absolute addresses of the sender's server.
    const parts = reference.split("/");
    const tail = parts.slice(-2).join("/");
    return this.#targets.get(tail);
  }
}
