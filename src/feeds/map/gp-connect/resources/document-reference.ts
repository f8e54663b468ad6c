import { Fields, keep, withExtensions } from "../kept-fields.ts";
import { isObject, type Json } from "../json.ts";

/**
 * STU3 DocumentReference: `indexed` becomes `date` (`created` is kept beside
 * it, or becomes the date where nothing else is said), `class` a category; the
 * encounter of its context becomes a list.
 */
export function documentReference(source: Json): Json {
  const from = new Fields(source);
  const created = from.take("created");
  const indexed = from.take("indexed");
  const category = from.take("class");
  const context = from.take("context");
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "masterIdentifier",
        "identifier",
        "status",
        "docStatus",
        "type",
        "subject",
        "author",
        "authenticator",
        "custodian",
        "relatesTo",
        "description",
        "securityLabel",
        "content",
      ),
      date: instantOf(indexed) ?? instantOf(created),
      category: category === undefined ? undefined : [category],
      context: isObject(context) ? contextInR4(context) : undefined,
    },
    [
      ...(created === undefined ? [] : [keep("created", created)]),
      ...(indexed !== undefined && instantOf(indexed) === undefined ? [keep("indexed", indexed)] : []),
      ...(isObject(context) && context["related"] !== undefined ? [keep("context.related", context["related"])] : []),
      ...from.rest(),
    ],
  );
}

/** R4's `date` is an instant: a bare date stays in its extension. */
function instantOf(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*(Z|[+-]\d\d:\d\d)$/.test(value)
    ? value
    : undefined;
}

function contextInR4(context: Json): Json {
  const { encounter, related, ...rest } = context;
  void related; // identifiers and references share one slot in STU3, two in R4: kept whole in its extension
  return encounter === undefined ? rest : { ...rest, encounter: Array.isArray(encounter) ? encounter : [encounter] };
}
