import { uuidOf } from "#platform";
import { feedResourceKey, resourceId } from "#record";
import type { Resource } from "#standards";
import { identifierOf } from "./map/fhir-r4/bundle.ts";
import { DIRECTORY_TYPES, splitReference, type Mapped, type Target } from "./mapped.ts";

/** The key of a directory item: the same organisation, practitioner or location of a feed is one row for ever. */
export function directoryKey(feed: string, type: string, key: string): string {
  return uuidOf(`directory\n${feed}\n${type}\n${key}`);
}

/**
 * Gives the references of a mapped message their final form, in place: what
 * points at an item of this feed, sent now or before or later, becomes
 * `Type/<id here>`, since ids follow from the source's own. Returns how to find
 * the message's own resources by their final references.
 */
export function finaliseReferences(feed: string, mapped: Mapped, homes: ReadonlyMap<string, string>): (reference: string) => Resource | undefined {
  const finals = new Map<string, Resource>();
  // Most references of a message point at the same few resources.
  const rewriter = (mine: string): ((reference: string) => string) => {
    const done = new Map<string, string>();
    return (reference) => {
      let final = done.get(reference);
      if (final === undefined) done.set(reference, (final = finalOf(mine, reference)));
      return final;
    };
  };
  const finalOf = (mine: string, reference: string): string => {
    if (reference.startsWith("#")) return reference;
    const target = mapped.targets?.get(reference) ?? splitReference(reference);
    if (target === null) return conditional(feed, reference);
    const final = DIRECTORY_TYPES.has(target.type) || ("isDirectory" in target && target.isDirectory)
      ? `${target.type}/${directoryKey(feed, target.type, target.key).replaceAll("-", "")}`
      : `${target.type}/${resourceId(target.type === "Patient" ? (homes.get(target.key) ?? mine) : mine, (target as Partial<Target>).resourceKey ?? feedResourceKey(feed, target.type, target.key))}`;
    if ("resource" in target) finals.set(final, target.resource as Resource);
    return final;
  };
  for (const patient of mapped.patients) {
    const rewrite = rewriter(homes.get(patient.localId)!);
    for (const item of patient.items) rewriteReferences(item.resource, rewrite);
    for (const patch of patient.patches ?? []) rewriteReferences(patch.otherwise, rewrite);
  }
  for (const item of mapped.directory) rewriteReferences(item.resource, rewriter(""));
  return (reference) => finals.get(reference);
}

/** `Practitioner?identifier=system|value` names a directory item by its identifier. */
function conditional(feed: string, reference: string): string {
  const match = /^([A-Z][A-Za-z]+)\?(.+)$/.exec(reference);
  const key = match && DIRECTORY_TYPES.has(match[1]!) ? identifierOf(match[2]) : null;
  return key === null ? reference : `${match![1]}/${directoryKey(feed, match![1]!, key).replaceAll("-", "")}`;
}

function rewriteReferences(value: unknown, rewrite: (reference: string) => string): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) if (typeof each === "object") rewriteReferences(each, rewrite);
    return;
  }
  const object = value as Record<string, unknown>;
  for (const name in object) {
    const field = object[name];
    if (typeof field === "object") rewriteReferences(field, rewrite);
    else if (name === "reference" && typeof field === "string") object[name] = rewrite(field);
  }
}
