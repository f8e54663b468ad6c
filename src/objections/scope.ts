/** What an objection is about (OPT-05). Pure. */
import { isSectionId, type SectionId } from "#standards";

export type ObjectionScope =
  | { readonly kind: "everything" }
  /** What one organisation supplied: whose data. */
  | { readonly kind: "organisation"; readonly odsCode: string }
  /** One organisation as a reader: who may not look. */
  | { readonly kind: "viewer"; readonly odsCode: string }
  /** One category of the record. */
  | { readonly kind: "section"; readonly section: SectionId }
  /** One entry, by the id of its resource. */
  | { readonly kind: "item"; readonly itemId: string };

export type ScopeKind = ObjectionScope["kind"];

/** One text for each scope, so that two can be compared and a form can name one. */
export function scopeKey(scope: ObjectionScope): string {
  switch (scope.kind) {
    case "everything":
      return "everything";
    case "organisation":
    case "viewer":
      return `${scope.kind}:${scope.odsCode}`;
    case "section":
      return `section:${scope.section}`;
    case "item":
      return `item:${scope.itemId}`;
  }
}

/** The scope of a key, or `null` where it is none. */
export function scopeOfKey(key: string): ObjectionScope | null {
  if (key === "everything") return { kind: "everything" };
  const [kind, value = ""] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
  if ((kind === "organisation" || kind === "viewer") && /^[A-Z0-9][A-Z0-9-]{1,23}$/.test(value)) return { kind, odsCode: value };
  if (kind === "section" && isSectionId(value)) return { kind, section: value };
  if (kind === "item" && /^[0-9a-f]{64}$/.test(value)) return { kind, itemId: value };
  return null;
}

/** Scopes without repeats; whoever asks for everything asks for nothing besides. */
export function distinctScopes(scopes: readonly ObjectionScope[]): readonly ObjectionScope[] {
  if (scopes.some((each) => each.kind === "everything")) return [{ kind: "everything" }];
  return [...new Map(scopes.map((each) => [scopeKey(each), each])).values()];
}

/** True when every part that is granted lies within what was asked: a decision may give less, never more (OPT-05). */
export function isWithin(granted: readonly ObjectionScope[], asked: readonly ObjectionScope[]): boolean {
  if (asked.some((each) => each.kind === "everything")) return true;
  const keys = new Set(asked.map(scopeKey));
  return granted.every((each) => keys.has(scopeKey(each)));
}
