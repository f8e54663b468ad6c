/** What the maps of one message have in common: the message, whose it is, and what they found on the way. */
import type { LocalCodes } from "#governance";
import type { Hl7Message, Resource } from "#standards";
import type { ItemToStore } from "#record";
import type { Mark, UnmappedCode } from "../../mapped.ts";

export class Hl7Reading {
  readonly message: Hl7Message;
  /** The sender's time zone (IANA). */
  readonly zone: string;
  readonly localId: string;
  /** Source key of the visit that the message is about, or `null`. */
  readonly visit: string | null;
  readonly items: ItemToStore[] = [];
  readonly marks: Mark[] = [];
  readonly unmapped = new Map<string, UnmappedCode>();
  readonly #codes: LocalCodes | undefined;

  constructor(message: Hl7Message, zone: string, localId: string, visit: string | null, codes: LocalCodes | undefined) {
    this.message = message;
    this.zone = zone;
    this.localId = localId;
    this.visit = visit;
    this.#codes = codes;
  }

  get subject(): { reference: string } {
    return { reference: `Patient/${this.localId}` };
  }

  get encounter(): { reference: string } | undefined {
    return this.visit === null ? undefined : { reference: `Encounter/${this.visit}` };
  }

  add(sourceKey: string, resource: Resource): void {
    this.items.push({ sourceKey, resource });
  }

  /** The national code of a local one by the region's map of this feed, or `undefined`. `system` as CWE.3 names it. */
  nationalCode(system: string, code: string): { system: string; code: string; display: string } | undefined {
    return this.#codes?.lookUp(system, code);
  }

  /** Counts a code that no map knows. */
  countUnmapped(system: string, code: string, display: string): void {
    const key = `${system}\n${code}`;
    const known = this.unmapped.get(key);
    if (known) known.count++;
    else this.unmapped.set(key, { system, code, display, count: 1 });
  }
}

type Filled<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** The object without what the sender left empty: no `undefined`, no empty text or list reaches a resource. A new object: deleting fields makes slow ones. */
export function filled<T extends Record<string, unknown>>(fields: T): Filled<T> {
  const left: Record<string, unknown> = {};
  for (const name in fields) if (!isEmpty(fields[name])) left[name] = fields[name];
  return left as Filled<T>;
}

/** Likewise; `undefined` where nothing is left. */
export function filledOrNone<T extends Record<string, unknown>>(fields: T): Filled<T> | undefined {
  for (const name in fields) if (!isEmpty(fields[name])) return filled(fields);
  return undefined;
}

/** A resource of the fields that are not empty. */
export function resource(resourceType: string, fields: Record<string, unknown>): Resource {
  const made: Resource = { resourceType };
  for (const name in fields) if (!isEmpty(fields[name])) made[name] = fields[name];
  return made;
}
