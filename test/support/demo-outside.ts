/**
 * `npm run demo:outside`: public sample data that this project did not write,
 * played into a running product for a person to watch; stop with Ctrl-C.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeedClient, untilApplied } from "./feed-command.ts";
import { MllpLine } from "./mllp-line.ts";
import { gpConnect, lacksOutsideData, simulatedHospital, syntheaBundle, syntheaFiles } from "./outside-data.ts";
import { startProduct } from "./product.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
if (lacksOutsideData) {
  say(String(lacksOutsideData));
  process.exit(1);
}
const product = await startProduct({ dataDir: mkdtempSync(join(tmpdir(), "kmcr-outside-")), overlays: ["regions/outside"], webProcesses: 2, workerProcesses: 2 });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void product.stop().then(() => process.exit(0)));
say(`running at ${product.base}`);

const line = await MllpLine.open(product.mllpPort);
let accepted = 0;
for (const message of simulatedHospital()) {
  const ack = await line.send(message.bytes);
  if (ack.code === "CA" && ack.controlId === message.controlId) accepted++;
}
say(`Simulated Hospital: ${accepted} HL7 v2 messages acknowledged, each by its own id`);

const practice = new FeedClient(product, "outside-gp");
for (const name of ["9388098431", "9690937286", "9690937287"]) say(`GP Connect ${name}: ${(await practice.post("/gp-connect", gpConnect(`${name}.structuredRecord.json`), "application/fhir+json")).status}`);
say(`GP Connect, no record found: ${(await practice.post("/gp-connect?patientNHSNumber=9990009996&birthDate=1990-01-01", gpConnect("NO_RECORD_FOUND.operationOutcome.json"), "application/fhir+json")).status}`);

const provider = new FeedClient(product, "outside-fhir");
let resources = 0;
for (const [index, name] of syntheaFiles().entries()) {
  const bytes = syntheaBundle(name);
  const answer = await provider.post("/fhir", bytes);
  if (answer.status !== 200) say(`${name}: ${answer.status} ${answer.text.slice(0, 300)}`);
  resources += (JSON.parse(bytes.toString("utf8")) as { entry: unknown[] }).entry.length;
  if (index % 20 === 19) say(`Synthea: ${index + 1} bundles, ${resources} resources`);
}
for (const feed of ["outside-hl7v2", "outside-gp", "outside-fhir"]) await untilApplied(product, feed);
say(`\nAll applied. Open ${product.base}, sign in as Tom Okafor (emergency department doctor), and find`);
say("  NHS number 938 809 8431   Horace Skelly: medicines, allergies and problems of Coxwold Surgery");
say("  Esterkin, born 18 1 1989  Simulated Hospital: creatinine in order, with units and ranges (its numbers are not verified)");
say("Ctrl-C ends it and deletes its data.");
