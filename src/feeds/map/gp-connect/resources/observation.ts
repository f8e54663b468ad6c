import { Fields, keep, withExtensions } from "../kept-fields.ts";
import { objects, text, type Json } from "../json.ts";

/**
 * STU3 Observation: `comment` becomes a note, `related` becomes `hasMember` or
 * `derivedFrom` (other kinds of relation are kept as they are), `context`
 * becomes `encounter`.
 */
export function observation(source: Json): Json {
  const from = new Fields(source);
  const comment = text(from.take("comment"));
  const related = objects(from.take("related"));
  const ofKind = (kind: string): unknown[] =>
    related.filter((link) => link["type"] === kind).map((link) => link["target"]);
  const members = ofKind("has-member");
  const derived = ofKind("derived-from");
  const others = related.filter((link) => link["type"] !== "has-member" && link["type"] !== "derived-from");
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "basedOn",
        "status",
        "category",
        "code",
        "subject",
        "effectiveDateTime",
        "effectivePeriod",
        "issued",
        "performer",
        "valueQuantity",
        "valueCodeableConcept",
        "valueString",
        "valueBoolean",
        "valueRange",
        "valueRatio",
        "valueSampledData",
        "valueTime",
        "valueDateTime",
        "valuePeriod",
        "dataAbsentReason",
        "bodySite",
        "method",
        "specimen",
        "device",
      ),
      encounter: from.take("context"),
      interpretation: listOf(from.take("interpretation")),
      note: comment === undefined ? undefined : [{ text: comment }],
      referenceRange: from.take("referenceRange"),
      hasMember: members.length > 0 ? members : undefined,
      derivedFrom: derived.length > 0 ? derived : undefined,
      component: components(from.take("component")),
    },
    [...others.map((link) => keep("related", link)), ...from.rest()],
  );
}

function components(value: unknown): Json[] | undefined {
  if (value === undefined) return undefined;
  return objects(value).map((part) =>
    part["interpretation"] === undefined ? part : { ...part, interpretation: listOf(part["interpretation"]) },
  );
}

/** R4 lets an interpretation repeat. */
function listOf(value: unknown): unknown {
  return value === undefined || Array.isArray(value) ? value : [value];
}
