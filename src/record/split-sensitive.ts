/**
 * Sensitive fields of a Patient become rows of their own, with their own label
 * and search values, so that a label decides about the field and not about the
 * whole resource (house.md section 4). What is left carries none of them.
 */
import { LABEL_SYSTEM, SECTION_TAG, type Label, type Resource } from "#standards";

type Rule = { label: Label; title: string; matches(url: string): boolean };
const RULES: readonly Rule[] = [
  { label: "ethnicity", title: "Ethnic category", matches: (url) => /EthnicCategory|us-core-(race|ethnicity)/.test(url) },
  { label: "religion", title: "Religion", matches: (url) => /religio/i.test(url) },
  { label: "orientation", title: "Sexual orientation", matches: (url) => /sexual-?orientation/i.test(url) },
  { label: "immigration", title: "Residential and immigration status", matches: (url) => /ResidentialStatus|OverseasVisitor|immigration|citizenship|nationality/i.test(url) },
];

export type SplitPart = { suffix: string; resource: Resource };

/** The resource without its sensitive fields, and a part for each field that was taken out. */
export function splitSensitive(resource: Resource): { rest: Resource; parts: SplitPart[] } {
  if (resource.resourceType !== "Patient") return { rest: resource, parts: [] };
  const extensions: { url?: string }[] = Array.isArray(resource["extension"]) ? resource["extension"] : [];
  const parts: SplitPart[] = [];
  const kept = extensions.filter((extension) => {
    const rule = RULES.find((each) => each.matches(String(extension?.url ?? "")));
    if (rule === undefined) return true;
    const valued = parts.find((part) => part.suffix === rule.label);
    if (valued) valued.resource["extension"].push(extension);
    else parts.push({ suffix: rule.label, resource: partOf(rule, { extension: [extension] }) });
    return false;
  });
  const rest: Resource = { ...resource };
  if (parts.length > 0) {
    if (kept.length > 0) rest["extension"] = kept;
    else delete rest["extension"];
  }
  if (isRestricted(resource)) {
    const location = Object.fromEntries(["address", "telecom", "contact", "generalPractitioner"].filter((name) => rest[name] !== undefined).map((name) => [name, rest[name]]));
    if (Object.keys(location).length > 0) {
      for (const name of Object.keys(location)) delete rest[name];
      parts.push({
        suffix: "protected-address",
        resource: partOf({ label: "protected-address", title: "Address and contact details (protected)" }, { extension: [{ url: "https://kmcr.org.uk/StructureDefinition/protected-location", valueString: JSON.stringify(location) }] }),
      });
    }
  }
  return { rest, parts };
}

/** PDS marks a person whose location must not be shown with confidentiality R on the Patient. */
function isRestricted(resource: Resource): boolean {
  return (resource.meta?.security ?? []).some((each) => (each.system?.endsWith("v3-Confidentiality") && (each.code === "R" || each.code === "V")) || (each.system === LABEL_SYSTEM && each.code === "protected-address"));
}

function partOf(rule: Pick<Rule, "label" | "title">, fields: Record<string, unknown>): Resource {
  return {
    resourceType: "Basic",
    meta: { tag: [{ system: SECTION_TAG, code: "person-demographics" }], security: [{ system: LABEL_SYSTEM, code: rule.label }] },
    code: { text: rule.title },
    ...fields,
  };
}
