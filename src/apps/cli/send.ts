/** Sends a file as the feed's sender would: MLLP frames one by one, or HTTP with the feed's client. */
import { basename } from "node:path";
import type { Feed } from "#governance";
import type { Config } from "#platform";
import { clientSecret } from "../feeds/credentials.ts";
import { fail, keyOf } from "./installation.ts";

/** One answer; `good` where the sender has been promised that the message is kept and used. */
export type Answer = { controlId: string; answer: string; good: boolean; text: string };

/** The messages of a `.hl7` file: its frames, a whole batch, or each from one MSH to the next. */
export function messagesOf(bytes: Buffer): Buffer[] {
  if (bytes[0] === 0x0b) {
    const messages: Buffer[] = [];
    for (let start = bytes.indexOf(0x0b); start >= 0; start = bytes.indexOf(0x0b, start + 1)) {
      const end = bytes.indexOf(0x1c, start);
      messages.push(bytes.subarray(start + 1, end < 0 ? bytes.length : end));
    }
    return messages;
  }
  // Latin-1 both ways, so that no byte of any character set changes.
  const text = bytes.toString("latin1").replace(/\r\n|\n/g, "\r").trimStart();
  const messages = /^[FB]HS/.test(text) ? [text] : text.split(/(?<=\r)(?=MSH)/);
  return messages.filter((each) => each.trim() !== "").map((each) => Buffer.from(each.endsWith("\r") ? each : `${each}\r`, "latin1"));
}

/** Sends each message and waits for its acknowledgement before the next. */
export async function* sendHl7(config: Config, messages: readonly Buffer[]): AsyncGenerator<Answer> {
  const host = config.mllpHost === "0.0.0.0" || config.mllpHost === "::" ? "127.0.0.1" : config.mllpHost;
  // Loaded by the commands that send: no other has to wait for it.
  const { MllpClient } = await import("#synthetic");
  const line = new MllpClient(host, config.mllpPort);
  try {
    for (const message of messages) {
      const text = await line.send(message).catch((error: Error) => fail(`KMCR does not answer at ${host}:${config.mllpPort}: ${error.message}`));
      const msa = /(?:^|\r)MSA\|([A-Z]{2})\|([^|\r]*)/.exec(text);
      yield { controlId: msa?.[2] ?? "", answer: msa?.[1] ?? "no MSA", good: msa?.[1] === "AA" || msa?.[1] === "CA", text };
    }
  } finally {
    line.close();
  }
}

const ROUTES = { "fhir-r4": ["fhir", "application/fhir+json"], "gp-connect-stu3": ["gp-connect", "application/fhir+json"], csv: ["csv", "text/csv"] } as const;

/** Posts one body with a token of the feed's client. `query` is passed on: `load`, `patientNHSNumber`, `birthDate`. */
export async function sendHttp(config: Config, feed: Feed, file: string, bytes: Buffer, query: Readonly<Record<string, string>>): Promise<Answer & { status: number }> {
  if (!("http" in feed.transport) || feed.format === "hl7v2") fail(`feed ${feed.id} is not sent over HTTP`, 2);
  const base = `http://127.0.0.1:${config.port}`;
  const { clientId } = feed.transport.http;
  const away = (error: Error): never => fail(`KMCR does not answer at ${base}: ${error.message}`);
  const granted = await fetch(`${base}/oauth2/token`, { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret(keyOf(config), clientId) }) }).catch(away);
  if (!granted.ok) fail(`the server gave no token: ${granted.status} ${await granted.text()}`);
  const { access_token: token } = (await granted.json()) as { access_token: string };
  const [route, type] = ROUTES[feed.format];
  const address = new URL(`${base}/feeds/${feed.id}/${route}`);
  for (const [name, value] of Object.entries({ ...(feed.format === "csv" && { file: basename(file) }), ...query })) address.searchParams.set(name, value);
  const isXml = feed.format === "fhir-r4" && bytes.toString("utf8", 0, 200).trimStart().startsWith("<");
  const answer = await fetch(address, { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": isXml ? "application/fhir+xml" : type }, body: new Uint8Array(bytes) }).catch(away);
  return { controlId: answer.headers.get("x-kmcr-message") ?? "", answer: String(answer.status), good: answer.ok, status: answer.status, text: await answer.text() };
}
