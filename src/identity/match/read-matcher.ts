/** Reads a specification and a model, which are data of others, and answers with a matcher or with every fault at once. */
import { Compile } from "typebox/compile";
import { compileRecipe, PartNumbers, type KeyMaker } from "./keys.ts";
import { compileTest } from "./level-test.ts";
import { Matcher, type CompiledField, type CompiledGuard } from "./matcher.ts";
import { indexLists, ValueReader } from "./read-value.ts";
import { MatchModelSchema, MatchSpecSchema, type MatchModel, type MatchSpec, type NameLists } from "./spec.ts";

const specFile = Compile(MatchSpecSchema);
const modelFile = Compile(MatchModelSchema);

export type MatcherRead = { ok: true; matcher: Matcher } | { ok: false; faults: readonly string[] };

/** A matcher of a specification, a model and the name lists that the specification speaks of; every fault names its place. */
export function readMatcher(spec: unknown, model: unknown, lists: NameLists = {}): MatcherRead {
  const faults: string[] = [];
  if (!specFile.Check(spec)) faults.push(...specFile.Errors(spec).map((error) => `spec${error.instancePath} ${error.message}`));
  if (!modelFile.Check(model)) faults.push(...modelFile.Errors(model).map((error) => `model${error.instancePath} ${error.message}`));
  if (faults.length > 0) return { ok: false, faults };
  const [readSpec, readModel] = [spec as MatchSpec, model as MatchModel];
  if (readModel.spec !== readSpec.id) faults.push(`model/spec ${readModel.spec} was learned for another specification than ${readSpec.id}`);
  const attributes = Object.keys(readSpec.attributes);
  const fields = readSpec.fields.map((field, index) => compileField(field, readModel, attributes, `spec/fields/${index}`, faults));
  const names = readSpec.fields.map((field) => field.name);
  const together = readSpec.together.map((group, index) => ({ ...group, members: group.fields.map((name) => placeOf(names, name, `spec/together/${index}`, faults)) }));
  const guards = readSpec.guards.map((guard, index) => compileGuard(guard, readSpec, names, `spec/guards/${index}`, faults));
  const numbers = new PartNumbers();
  const makers = readSpec.keys.recipes.map((recipe, index): KeyMaker => compileRecipe(recipe, `${readSpec.keys.version}/${recipe.name}`, attributes, numbers, `spec/keys/recipes/${index}`, faults));
  const { onceEach } = readSpec.cluster;
  if (onceEach !== undefined && !attributes.includes(onceEach)) faults.push("spec/cluster/onceEach names no attribute of this specification");
  if (faults.length > 0) return { ok: false, faults };
  const listIndex = indexLists(lists);
  const readers = Object.entries(readSpec.attributes).map(([name, attribute]) => new ValueReader(attribute, readModel.frequencies[name], readSpec.rarest, listIndex));
  return { ok: true, matcher: new Matcher(readSpec, readModel, { readers, fields, together, guards, makers }) };
}

function compileField(field: MatchSpec["fields"][number], model: MatchModel, attributes: readonly string[], path: string, faults: string[]): CompiledField {
  const needs = field.needs.map((name) => placeOf(attributes, name, `${path}/needs`, faults));
  const learned = model.levels[field.name] ?? {};
  for (const name of Object.keys(learned)) if (!field.levels.some((level) => level.name === name)) faults.push(`model/levels/${field.name} has a level ${name} that the specification has not`);
  const levels = field.levels.map((level, index) => {
    const last = index === field.levels.length - 1;
    if (last !== (level.when === undefined)) faults.push(`${path}/levels/${index} ${last ? "is the last, which is everything else: it takes no test" : "needs a test"}`);
    const { m, u } = learned[level.name] ?? { m: 1, u: 1 };
    if (learned[level.name] === undefined) faults.push(`model/levels/${field.name} lacks the level ${level.name}`);
    return { ...level, test: last || level.when === undefined ? null : compileTest(level.when, attributes, `${path}/levels/${index}/when`, faults), weight: level.counted === "elsewhere" ? 0 : Math.log2(m / u), u };
  });
  return { name: field.name, needs, levels };
}

function compileGuard(guard: MatchSpec["guards"][number], spec: MatchSpec, names: readonly string[], path: string, faults: string[]): CompiledGuard {
  const conditions = Object.entries(guard.when).map(([field, levels]) => {
    const place = placeOf(names, field, path, faults);
    const known = ["unknown", ...(spec.fields[place]?.levels.map((level) => level.name) ?? [])];
    return { place, levels: levels.map((level) => placeOf(known, level, `${path}/when/${field}`, faults)) };
  });
  return { ...guard, conditions };
}

function placeOf(known: readonly string[], name: string, path: string, faults: string[]): number {
  const place = known.indexOf(name);
  if (place === -1) faults.push(`${path} names ${name}, which this specification has not`);
  return place;
}
