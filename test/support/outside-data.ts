/** Public sample data that this project did not write: read from beside the repository, never copied into it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import bzip2 from "seek-bzip";

const folder = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** For a test's `skip`: false where the data lies beside the repository, else the line that says why it is skipped. */
export const lacksOutsideData: false | string = existsSync(folder) ? false : `no outside data at ${folder}: see regions/outside/README.md`;

const file = (...path: string[]): Buffer => readFileSync(join(folder, ...path));

/** The messages of Simulated Hospital's stream, without the empty lines that the file has between them. */
export function simulatedHospital(): { bytes: Buffer; controlId: string; segments: string[][] }[] {
  const stream = file("hl7v2", "simulated-hospital", "stream.hl7").toString("latin1");
  return stream.split(/(?=MSH\|)/).filter((text) => text.trim() !== "").map((text) => {
    const message = text.replace(/[\r\n]+$/, "\r");
    const segments = message.split("\r").filter((line) => line !== "").map((line) => line.split("|"));
    // MSH-1 is the separator itself, so that MSH-10 stands at index 9 of the split line.
    return { bytes: Buffer.from(message, "latin1"), controlId: segments[0]![9]!, segments };
  });
}

/** Names of the Synthea bundles in the order in which they must be sent: who and where first. */
export function syntheaFiles(): string[] {
  const names = readdirSync(join(folder, "fhir-r4", "synthea")).filter((name) => name.endsWith(".json.bz2"));
  return names.sort((a, b) => Number(b.includes("Information")) - Number(a.includes("Information")) || a.localeCompare(b));
}

/** One bundle's bytes. */
export const syntheaBundle = (name: string): Buffer => Buffer.from(bzip2.decode(file("fhir-r4", "synthea", name)));

/** A file of the GP Connect samples. */
export const gpConnect = (name: string): Buffer => file("gp-connect-stu3", name);

/** Names of the UK Core examples. */
export const ukCoreFiles = (): string[] => readdirSync(join(folder, "uk-core", "examples")).filter((name) => name.endsWith(".xml")).sort();

/** One UK Core example's bytes. */
export const ukCore = (name: string): Buffer => file("uk-core", "examples", name);
