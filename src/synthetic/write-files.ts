import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { planRegion, type RegionOptions } from "./region-messages.ts";
import type { MessageKind } from "./streams/message.ts";
import { personLine } from "./truth.ts";

const ENDINGS: Readonly<Record<MessageKind, string>> = {
  hl7v2: "hl7",
  "fhir-r4": "ndjson",
  "gp-connect-stu3": "ndjson",
  csv: "csv",
};

export type Written = {
  readonly people: number;
  readonly messages: Readonly<Record<string, number>>;
  readonly bytes: number;
};

/**
 * Writes a region's streams into `folder`, one file a feed, and the truth apart.
 *
 * - `<feed>.hl7`: messages in time order, segments ended by CR, messages
 *   separated by an empty line (CR LF after the message's last CR), no MLLP bytes.
 * - `<feed>.ndjson`: one JSON bundle a line (FHIR R4 transactions, GP Connect records).
 * - `<feed>.csv`: the council's files one after another under a single heading.
 * - `truth/people.ndjson`, `truth/source-patients.ndjson`: who they truly are and
 *   which local number is whom. The product never reads these.
 */
export async function writeRegion(options: RegionOptions, folder: string): Promise<Written> {
  mkdirSync(join(folder, "truth"), { recursive: true });
  const { planned, people, sources } = planRegion(options);
  const files = new Map<string, WriteStream>();
  const messages: Record<string, number> = {};
  let bytes = 0;
  for (const one of planned) {
    const name = `${one.feedId}.${ENDINGS[one.kind]}`;
    let file = files.get(name);
    const first = file === undefined;
    if (file === undefined) files.set(name, (file = createWriteStream(join(folder, name))));
    const body = framed(one.write(), one.kind, first);
    bytes += body.length;
    messages[one.kind] = (messages[one.kind] ?? 0) + 1;
    if (!file.write(body)) await once(file, "drain");
  }
  files.set("people", createWriteStream(join(folder, "truth/people.ndjson")));
  files.set("sources", createWriteStream(join(folder, "truth/source-patients.ndjson")));
  for (const person of people)
    if (!files.get("people")!.write(personLine(person))) await once(files.get("people")!, "drain");
  for (const source of sources)
    if (!files.get("sources")!.write(`${JSON.stringify(source)}\n`)) await once(files.get("sources")!, "drain");
  await Promise.all([...files.values()].map((file) => (file.end(), once(file, "finish"))));
  return { people: people.length, messages, bytes };
}

function framed(body: Buffer, kind: MessageKind, first: boolean): Buffer {
  if (kind === "hl7v2") return first ? body : Buffer.concat([Buffer.from("\r\n"), body]);
  if (kind === "csv") return first ? body : body.subarray(body.indexOf("\r\n") + 2);
  return Buffer.concat([body, Buffer.from("\n")]);
}
