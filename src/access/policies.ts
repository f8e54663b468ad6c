/** The Cedar policies of a region: parsed and checked once, asked once a decision. */
import { createHash } from "node:crypto";
import {
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
  type Context,
  type EntityJson,
  type PolicyJson,
  type TypeAndId,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { Region, RegionFault } from "#governance";

/** One policy, with the words that its annotations give it. */
export type Policy = {
  readonly id: string;
  readonly effect: "permit" | "forbid";
  /** When several policies decide, the one with the lowest order is named. */
  readonly order: number;
  /** What the reader is told. */
  readonly words: string;
  /** Code of the refusal; forbids only. */
  readonly code: string | null;
  /** What has to be done besides: `reason-required`, `review`, `notify-privacy-officer`. */
  readonly obligation: string | null;
};

/** What Cedar answered: the deciding policy, or none (default deny). */
export type Verdict = { readonly allow: boolean; readonly policy: Policy | null; readonly failed: boolean };

export type PolicySet = {
  /** The Cedar schema, as text. */
  readonly schema: string;
  /** SHA-256 over schema and policies: kept with each decision, so that a past one can be re-run. */
  readonly hash: string;
  readonly policies: readonly ParsedPolicy[];
  /** What one policy answers by itself: whether its scope and conditions hold. For the enumeration. */
  askAlone(policyId: string, request: { readonly principal: TypeAndId; readonly action: "open" | "find"; readonly resource: TypeAndId; readonly context: Context; readonly entities: EntityJson[] }): "satisfied" | "not-satisfied" | "failed";
  ask(principal: TypeAndId, action: "open" | "find", resource: TypeAndId, context: Context, entities: EntityJson[]): Verdict;
};

/** A policy with its text, and its conditions as Cedar reads them. */
export type ParsedPolicy = Policy & { readonly text: string; readonly json: PolicyJson };

/** Parses and checks the policies of a region; answers with every fault at once. */
export function readPolicies(region: Region): PolicySet | RegionFault[] {
  const faults: RegionFault[] = [];
  const parsed = region.policies.files.flatMap((file) => parse(file.name, file.text, faults));
  for (const [id, same] of Map.groupBy(parsed, (each) => each.id)) {
    if (same.length > 1) faults.push(fault("policies", id, `@id("${id}") is given ${same.length} times`));
  }
  const staticPolicies = Object.fromEntries(parsed.map((each) => [each.id, each.text]));
  const checked = validate({ schema: region.policies.schema, policies: { staticPolicies } });
  const wrong = checked.type === "failure" ? checked.errors.map((error) => ["", error.message] as const) : checked.validationErrors.map((each) => [each.policyId, each.error.message] as const);
  faults.push(...wrong.map(([id, message]) => fault("policies", id, message)));
  if (faults.length > 0) return faults;

  const hash = createHash("sha256").update(region.policies.schema).update(JSON.stringify(staticPolicies)).digest("hex");
  // Parsing is 7 ms a call; Cedar keeps the parsed form under a name for the life of the process.
  const answers = [preparseSchema(hash, region.policies.schema), preparsePolicySet(hash, { staticPolicies })];
  for (const answer of answers) if (answer.type === "failure") faults.push(...answer.errors.map((error) => fault("policies", "", error.message)));
  if (faults.length > 0) return faults;

  const byId = new Map<string, Policy>(parsed.map((each) => [each.id, each]));
  return {
    hash, policies: parsed, schema: region.policies.schema,
    ask: (...request) => ask(hash, hash, byId, ...request),
    askAlone: (policyId, { principal, action, resource, context, entities }) => {
      const { failed, policy } = ask(alone(hash, byId, policyId), hash, byId, principal, action, resource, context, entities);
      return failed ? "failed" : policy === null ? "not-satisfied" : "satisfied";
    },
  };
}

function parse(file: string, text: string, faults: RegionFault[]): ParsedPolicy[] {
  const parts = policySetTextToParts(text);
  if (parts.type === "failure") {
    faults.push(...parts.errors.map((error) => fault(file, "", error.message)));
    return [];
  }
  if (parts.policy_templates.length > 0) faults.push(fault(file, "", "templates are not used here"));
  return parts.policies.flatMap((policyText) => {
    const answer = policyToJson(policyText);
    if (answer.type === "failure") {
      faults.push(...answer.errors.map((error) => fault(file, "", error.message)));
      return [];
    }
    const { effect, annotations = {} } = answer.json;
    const id = annotations["id"] ?? "";
    const order = Number(annotations["order"]);
    const lacking = ["id", "order", "words", ...(effect === "forbid" ? ["code"] : [])].filter((name) => !annotations[name]);
    if (lacking.length > 0 || !Number.isInteger(order)) {
      faults.push(fault(file, id, `a ${effect} policy needs @id, @order (a whole number), @words${effect === "forbid" ? " and @code" : ""}; missing: ${lacking.join(", ") || "a whole @order"}`));
      return [];
    }
    return [{ id, effect, order, words: annotations["words"]!, code: annotations["code"] ?? null, obligation: annotations["obligation"] ?? null, text: policyText, json: answer.json }];
  });
}

function fault(file: string, path: string, message: string): RegionFault {
  return { file, path, code: "governance.policy", message };
}

const parsedAlone = new Set<string>();

/** The name under which Cedar keeps a set of this policy alone. */
function alone(hash: string, byId: ReadonlyMap<string, Policy>, policyId: string): string {
  const name = `${hash} ${policyId}`;
  if (parsedAlone.has(name)) return name;
  const answer = preparsePolicySet(name, { staticPolicies: { [policyId]: (byId.get(policyId) as ParsedPolicy).text } });
  if (answer.type === "failure") throw new Error(answer.errors.map((error) => error.message).join("; "));
  parsedAlone.add(name);
  return name;
}

function ask(
  policySetName: string,
  schemaName: string,
  byId: ReadonlyMap<string, Policy>,
  principal: TypeAndId,
  action: "open" | "find",
  resource: TypeAndId,
  context: Context,
  entities: EntityJson[],
): Verdict {
  const answer = statefulIsAuthorized({
    principal,
    action: { type: "Action", id: action },
    resource,
    context,
    entities,
    preparsedPolicySetId: policySetName,
    preparsedSchemaName: schemaName,
    validateRequest: true,
  });
  // A policy that fails is skipped by Cedar. A skipped forbid would open a record, so any failure denies.
  if (answer.type === "failure" || answer.response.diagnostics.errors.length > 0) return { allow: false, policy: null, failed: true };
  const { decision, diagnostics } = answer.response;
  const deciding = diagnostics.reason.map((id) => byId.get(id)!).sort((a, b) => a.order - b.order);
  return { allow: decision === "allow", policy: deciding[0] ?? null, failed: false };
}
