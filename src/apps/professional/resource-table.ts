/**
 * A FHIR resource as labelled rows, whatever its type: nothing that the source
 * sent is left out, and nothing of it is ever markup. Files carried inside are
 * named with their size; the document page shows them.
 */
import { html, type Html } from "#platform";
import { isRawNumber } from "#standards";
import { plainText } from "./plain-text.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.entry;

/** One fact: where it stands in the resource, in words, and its value. */
export type ResourceFact = { readonly label: string; readonly value: string };

/** Facts shown at most; beyond it the page says how many more there are. */
const MOST = 400;
const DEEPEST = 12;

/** `medicationCodeableConcept` as `Medication codeable concept`. */
function words(key: string): string {
  const spaced = key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** All facts of a resource in its own order. */
export function factsOf(resource: unknown): { readonly facts: readonly ResourceFact[]; readonly more: number } {
  const facts: ResourceFact[] = [];
  let more = 0;
  const add = (path: readonly string[], value: string): void => {
    if (facts.length >= MOST) more += 1;
    else facts.push({ label: path.join(" › "), value });
  };
  const walk = (value: unknown, path: readonly string[], key: string): void => {
    if (value === null || value === undefined) return;
    if (path.length > DEEPEST) return add(path, SAID.tooDeep);
    if (Array.isArray(value)) {
      value.forEach((one, index) => walk(one, value.length > 1 ? [...path.slice(0, -1), `${path.at(-1) ?? ""} ${index + 1}`] : path, key));
      return;
    }
    if (typeof value === "object" && !isRawNumber(value)) {
      const known = short(value as Record<string, unknown>);
      if (known !== null) return add(path, known);
      for (const [name, inner] of Object.entries(value)) walk(inner, [...path, words(name)], name);
      return;
    }
    const text = textOf(value);
    if (key === "data" && text.length > 200) return add(path, SAID.fileOf(Math.ceil((text.length * 3) / 4 / 1024)));
    if (key === "div") return add(path, plainText(text));
    add(path, text);
  };
  if (typeof resource === "object" && resource !== null) for (const [name, value] of Object.entries(resource)) walk(value, [words(name)], name);
  return { facts, more };
}

/** A number that kept its text is shown by it: 0.10, not 0.1. */
const textOf = (value: unknown): string => (isRawNumber(value) ? value.rawJSON : String(value));
const isNumber = (value: unknown): boolean => typeof value === "number" || isRawNumber(value);

/** Coded values, quantities and references on one line each, with the code kept beside its words. */
function short(value: Record<string, unknown>): string | null {
  const keys = Object.keys(value);
  const only = (...allowed: string[]): boolean => keys.every((key) => allowed.includes(key));
  const text = (key: string): string => (value[key] === undefined ? "" : textOf(value[key]));
  if ("code" in value && "system" in value && !("value" in value) && only("system", "code", "display", "version", "userSelected", "id")) return `${text("display") || SAID.noWords} (${text("code")}, ${text("system")})`;
  if ("value" in value && isNumber(value["value"]) && only("value", "unit", "system", "code", "comparator", "id")) return `${text("comparator")}${text("value")} ${text("unit") || text("code")}`.trim();
  if ("reference" in value && only("reference", "display", "type", "identifier", "id")) return text("display") === "" ? text("reference") : `${text("display")} (${text("reference")})`;
  if (("start" in value || "end" in value) && only("start", "end", "id")) return `${text("start") || SAID.noStart} – ${text("end") || SAID.noEnd}`;
  return null;
}

/** The table of everything. */
export function resourceTable(resource: unknown): Html {
  const { facts, more } = factsOf(resource);
  return html`<table class="t"><caption class="vh">${WORDS.asSent}</caption><thead><tr><th scope="col">${SAID.field}</th><th scope="col">${SAID.facts.value}</th></tr></thead><tbody>${facts.map(({ label, value }) => html`<tr><th scope="row">${label}</th><td class="pre">${value}</td></tr>`)}</tbody></table>${more > 0 && html`<p>${SAID.moreValues(more)}</p>`}`;
}
