/** UK Core's own examples through the front door: XML and JSON in, out as they went in but for the ids that are made here. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isRawNumber, readFhirXml, writeFhirXml, type Resource } from "#standards";
import { counts, FeedClient, type Counts } from "#test/feed-command.ts";
import { lacksOutsideData, ukCore, ukCoreFiles } from "#test/outside-data.ts";
import { startProduct, type Product } from "#test/product.ts";
import { Store } from "#test/store.ts";

const FEED = "outside-fhir";
/** Examples that a feed cannot take, each with its reason: nothing of them is stored. */
const REFUSED: Readonly<Record<string, RegExp>> = { "Extension-UKCore-ConditionEpisode-Example.xml": /Condition\.extension\[0\]\.value\[x\] may be given once only/ };
/** Examples whose entries cannot be taken one by one. */
const REFUSED_ENTRIES: Readonly<Record<string, RegExp>> = { "UKCore-Bundle-Batch-Example.xml": /GET is not supported on a feed/ };

let product: Product;
let client: FeedClient;
let store: Store;
before(async () => {
  if (lacksOutsideData) return;
  product = await startProduct({ overlays: ["regions/outside"] });
  client = new FeedClient(product, FEED);
  store = new Store(product);
});
after(async () => {
  await store?.close();
  await product?.stop();
});

type Response = { status: string; location?: string; outcome?: Resource };
const original = (name: string): Resource => {
  const read = readFhirXml(ukCore(name));
  assert.ok(read.ok);
  return read.resource;
};
const entriesOf = (resource: Resource): Resource[] => (resource.resourceType === "Bundle" ? ((resource["entry"] ?? []) as { resource?: Resource }[]).flatMap((each) => (each.resource ? [each.resource] : [])) : [resource]);

/** With a patient beside it, as its sender would send it. */
const withPatient = (resource: Resource): Resource => ({
  resourceType: "Bundle", type: "transaction",
  entry: [original("UKCore-Patient-RichardSmith-Example.xml"), resource].map((each) => ({ resource: each, request: { method: "PUT", url: `${each.resourceType}/${each.id}` } })),
});
const WITHOUT_PATIENT = 13;

describe("UK Core's 215 examples", { skip: lacksOutsideData }, () => {
  /** What each sent resource became: `Type/<source id>` and where it is. */
  const sent: { name: string; resource: Resource; location: string }[] = [];
  const withoutPatient = new Set<string>();
  let once: Counts;

  it("EXC-02 are taken as XML through the feed, each resource answered with where it is; what is refused says why", async () => {
    const files = ukCoreFiles();
    assert.equal(files.length, 215);
    const refused: string[] = [];
    for (const name of files) {
      const resource = original(name);
      let answer = await client.post("/fhir", ukCore(name), "application/fhir+xml");
      let skipped = 0;
      if (answer.status === 422 && /names no patient/.test(answer.text)) {
        withoutPatient.add(name);
        answer = await client.post("/fhir", writeFhirXml(withPatient(resource)), "application/fhir+xml");
        skipped = 1;
      }
      if (answer.status !== 200) {
        assert.match(answer.text, REFUSED[name] ?? /^(?!)/, `${name}: ${answer.status} ${answer.text.slice(0, 600)}`);
        refused.push(name);
        continue;
      }
      const responses = ((JSON.parse(answer.text) as Resource)["entry"] ?? []).map((each: { response: Response }) => each.response).slice(skipped) as Response[];
      const resources = entriesOf(resource);
      if (REFUSED_ENTRIES[name]) {
        for (const response of responses) assert.match(JSON.stringify(response.outcome), REFUSED_ENTRIES[name]);
        continue;
      }
      assert.equal(responses.length, resources.length, name);
      responses.forEach((response, index) => {
        assert.ok(response.location, `${name}: ${JSON.stringify(response)}`);
        sent.push({ name, resource: resources[index]!, location: response.location.split("/_history")[0]! });
      });
    }
    assert.deepEqual(refused, Object.keys(REFUSED));
    // Of a person, but of whom only the bundle around them says.
    assert.equal(withoutPatient.size, WITHOUT_PATIENT);
    once = await counts(product, FEED);
  });

  it("come out as they went in: every element, identifier, extension, code system, narrative and number", async () => {
    const known = new Map(sent.map(({ resource, location }) => [`${resource.resourceType}/${resource.id}`, location]));
    let pointed = 0;
    for (const { name, resource, location } of sent) {
      const stored = await store.resource(location);
      const parts = resource.resourceType === "Patient" ? await store.partsOf(location) : [];
      const whole = parts.length === 0 ? stored : { ...stored, extension: [...(stored["extension"] ?? []), ...parts.flatMap((part) => part["extension"])] };
      // What was split off stands at the end: the order of extensions says nothing.
      const [before, after] = parts.length === 0 ? [resource, whole] : [sorted(resource), sorted(whole)];
      const { id: _here, ...out } = comparable(after);
      const { id: _theirs, ...went } = comparable(before, original(name));
      assert.deepEqual(out, went, name);
      for (const [reference, here] of referencesOf(before, after)) {
        const target = known.get(reference);
        const isSameHome = target !== undefined && (target.length < 64 ? here.length < 64 : target.startsWith("Patient/") || target.split("/")[1]!.slice(0, 32) === location.split("/")[1]!.slice(0, 32));
        if (!isSameHome) continue;
        assert.equal(here, target, `${name} points at ${reference}`);
        pointed++;
      }
    }
    assert.ok(sent.length > 215, `${sent.length}`);
    assert.ok(pointed > 100, `${pointed} references point at what was sent`);
  });

  it("written as XML again are read as the same", async () => {
    for (const { name, location } of sent) {
      const stored = await store.resource(location);
      const again = readFhirXml(Buffer.from(writeFhirXml(stored)));
      assert.ok(again.ok, name);
      assert.equal(JSON.stringify(sortedKeys(again.resource)), JSON.stringify(sortedKeys(stored)), name);
    }
  });

  it("sent again as JSON change nothing: both forms say the same", async () => {
    for (const name of ukCoreFiles()) {
      if (REFUSED[name] || REFUSED_ENTRIES[name]) continue;
      const answer = await client.post("/fhir", JSON.stringify(withoutPatient.has(name) ? withPatient(original(name)) : original(name)));
      assert.equal(answer.status, 200, name);
      const receipt = (JSON.parse(answer.text) as Resource).meta!.extension![0]!["extension"] as { url: string; valueUnsignedInt?: number }[];
      assert.deepEqual(receipt.filter((each) => each.url === "created" || each.url === "updated").map((each) => each.valueUnsignedInt), [0, 0], name);
    }
    const { messages: _, ...now } = await counts(product, FEED);
    const { messages: __, ...then } = once;
    assert.deepEqual(now, then);
  });
});

const sorted = (resource: Resource): Resource => ({ ...resource, extension: (resource["extension"] as object[]).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) });

/** Every value in the form in which it is compared: numbers by their text, references to other resources by their type, since ids are made here. */
function comparable(value: unknown, within?: Resource): any {
  if (isRawNumber(value)) return { number: value.rawJSON };
  if (typeof value === "number") return { number: String(value) };
  if (Array.isArray(value)) return value.map((each) => comparable(each, within));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, name === "reference" && typeof field === "string" ? pointer(field, within) : comparable(field, within)]));
}

/** `Type/?`; an entry of the same bundle by its type too. */
function pointer(reference: string, within: Resource | undefined): string {
  const entry = ((within?.["entry"] ?? []) as { fullUrl?: string; resource?: Resource }[]).find((each) => each.fullUrl === reference);
  return entry?.resource ? `${entry.resource.resourceType}/?` : reference.replace(/^([A-Z][A-Za-z]+)\/[^/]+$/, "$1/?");
}

function referencesOf(before: unknown, after: unknown): [string, string][] {
  if (typeof before !== "object" || before === null || typeof after !== "object" || after === null) return [];
  return Object.entries(before).flatMap(([name, field]) => {
    const other = (after as Record<string, unknown>)[name];
    return name === "reference" && typeof field === "string" ? ([[field, String(other)]] as [string, string][]) : referencesOf(field, other);
  });
}

const sortedKeys = (value: unknown): unknown =>
  isRawNumber(value) ? value : Array.isArray(value) ? value.map(sortedKeys) : typeof value === "object" && value !== null ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, sortedKeys((value as Record<string, unknown>)[name])])) : value;
