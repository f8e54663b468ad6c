/** What rules look at: the patients whom a message describes, and its items of a kind. */
import type { AppliedMessage } from "#feeds";

type Taken = AppliedMessage["taken"][number];
type Demographics = NonNullable<Taken["patient"]["demographics"]>;
type Resource = Taken["patient"]["items"][number]["resource"];

/** The place, once for every described patient for whom it is so. A message that names a patient without describing them is judged by none of these. */
export function wherePatients(message: AppliedMessage, place: string, isSo: (demographics: Demographics, taken: Taken) => boolean): readonly string[] {
  const places: string[] = [];
  for (const taken of message.taken) if (taken.patient.demographics !== null && isSo(taken.patient.demographics, taken)) places.push(place);
  return places;
}

/** The place, once for every item of the kinds for which it is so. */
export function whereItems(message: AppliedMessage, types: readonly string[], place: (type: string) => string, isSo: (resource: Resource) => boolean): readonly string[] {
  const places: string[] = [];
  for (const { patient } of message.taken) for (const { resource } of patient.items) if (types.includes(resource.resourceType) && isSo(resource)) places.push(place(resource.resourceType));
  return places;
}

/** An instant out of a FHIR date with its time, or of a whole day; `null` where it is neither, or is less exact. */
export function instantOf(text: unknown): number | null {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}(T.+)?$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** True where the second is before the first, both being known as exactly as the other: a day is not before a time of that day. */
export function isBefore(earlier: unknown, later: unknown): boolean {
  if (typeof earlier !== "string" || typeof later !== "string") return false;
  const exact = earlier.length > 10 && later.length > 10;
  const [from, to] = exact ? [instantOf(earlier), instantOf(later)] : [instantOf(earlier.slice(0, 10)), instantOf(later.slice(0, 10))];
  return from !== null && to !== null && to < from;
}
