/** After the message has been applied: the words of its documents, for search. Never inside intake, which no document may slow. */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { DocumentStoreUnavailable, log, type DocumentStore, type Pool, type Sql } from "#platform";
import { parseJson, type Resource } from "#standards";
import { unpackBody } from "../body.ts";
import type { Extracted } from "./extract.ts";
import { dataAt } from "./set-aside.ts";

/** What reading one document may take. */
export type WordsLimits = { seconds: number; megabytes: number; heapMb: number };
export const WORDS_LIMITS: WordsLimits = { seconds: 30, megabytes: 50, heapMb: 384 };

const TAKEN_AT_ONCE = 8;
/** A process that died while it read leaves the document to others after this. */
const LEASE_MS = 120_000;
const AGAIN_AFTER_MS = 30_000;
const MOST_TRIES = 5;

/** Reads one document in a thread that ends when it takes too long or too much. */
export function wordsOf(bytes: Uint8Array, stated: string, limits: WordsLimits = WORDS_LIMITS): Promise<Extracted> {
  if (bytes.length > limits.megabytes * 1_048_576) return Promise.resolve({ state: "not-read", why: `it is larger than ${limits.megabytes} MiB` });
  return new Promise((resolve) => {
    const thread = new Worker(new URL("extract.ts", import.meta.url), { workerData: { bytes: Uint8Array.from(bytes), stated }, resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 32 }, stdout: true, stderr: true, env: {} });
    const timer = setTimeout(() => settle({ state: "not-read", why: `reading it took longer than ${limits.seconds} seconds` }), limits.seconds * 1000);
    const settle = (extracted: Extracted): void => {
      clearTimeout(timer);
      resolve(extracted);
      void thread.terminate();
    };
    thread.on("message", settle);
    thread.on("error", (error: Error & { code?: string }) => settle({ state: "not-read", why: error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "reading it took more memory than a document may" : `a fault while it was read: ${error.message.slice(0, 200)}` }));
    thread.on("exit", () => settle({ state: "not-read", why: "reading it ended without an answer" }));
  });
}

type Taken = { source_patient_id: string; resource_key: string; place: string; hash: string; stated_type: string; in_body: boolean; text_tries: number; message_id: string };

/** Reads what waits, oldest first; returns how many it settled. */
export async function readWaitingWords(intake: Pool, store: DocumentStore, now: Date, limits: WordsLimits = WORDS_LIMITS): Promise<number> {
  const { rows } = await intake.query<Taken>(
    `update record.document d set text_again = $1, text_tries = text_tries + 1 from (select source_patient_id, resource_key, place, hash, text_again from record.document where text_state = 'waiting' and text_again <= $2 order by text_again limit $3) n
     where d.source_patient_id = n.source_patient_id and d.resource_key = n.resource_key and d.place = n.place and d.hash = n.hash and d.text_state = 'waiting' and d.text_again = n.text_again
     returning d.source_patient_id, d.resource_key, d.place, encode(d.hash, 'hex') as hash, d.stated_type, d.in_body, d.text_tries, d.message_id`,
    [new Date(now.getTime() + LEASE_MS), now, TAKEN_AT_ONCE],
  );
  for (const row of rows) {
    const extracted = await extractedOf(intake, store, row, limits);
    if (extracted === "later") await intake.query("update record.document set text_again = $5 where source_patient_id = $1 and resource_key = $2 and place = $3 and hash = decode($4, 'hex')", [...keyOf(row), new Date(now.getTime() + AGAIN_AFTER_MS)]);
    else await settle(intake, row, extracted);
  }
  return rows.length;
}

const keyOf = (row: Taken): string[] => [row.source_patient_id, row.resource_key, row.place, row.hash];

async function extractedOf(intake: Pool, store: DocumentStore, row: Taken, limits: WordsLimits): Promise<Extracted | "later"> {
  if (row.text_tries > MOST_TRIES) return { state: "not-read", why: "reading it ended the reader each time" };
  try {
    const bytes = row.in_body ? await bytesInBody(intake, row) : await store.get(row.hash);
    return bytes === null ? { state: "not-read", why: "the document is not in the store" } : await wordsOf(bytes, row.stated_type, limits);
  } catch (error) {
    log("warn", "record.document-words", { document: row.hash, error: (error as Error).message });
    if (!(error instanceof DocumentStoreUnavailable)) return { state: "not-read", why: "the document in the store is not what was kept" };
    // The store is away: no fault of the document, and no try of it.
    await intake.query("update record.document set text_tries = text_tries - 1 where source_patient_id = $1 and resource_key = $2 and place = $3 and hash = decode($4, 'hex')", keyOf(row));
    return "later";
  }
}

async function bytesInBody(sql: Sql, row: Taken): Promise<Buffer | null> {
  const { rows } = await sql.query<{ bytes: Buffer; chunk_index: number }>(
    `select c.bytes, r.chunk_index from (select source_patient_id, chunk_id, chunk_index from record.resource where source_patient_id = $1 and resource_key = $2 and message_id = $3 union all select source_patient_id, chunk_id, chunk_index from record.resource_history where source_patient_id = $1 and resource_key = $2 and message_id = $3) r
     join record.body_chunk c using (source_patient_id, chunk_id) limit 1`,
    [row.source_patient_id, row.resource_key, row.message_id],
  );
  return rows[0] === undefined ? null : dataAt(parseJson(unpackBody(rows[0].bytes, rows[0].chunk_index)) as Resource, row.place);
}

function settle(intake: Pool, row: Taken, extracted: Extracted): Promise<void> {
  return intake.transaction(async (sql) => {
    const pages = (extracted.pages ?? []).flatMap(cut);
    const counted = extracted.state === "read" ? pages.length : (extracted.pageCount ?? null);
    await Promise.all([
      pages.length > 0 &&
        sql.query("insert into record.document_text (source_patient_id, hash, page, text) select $1, decode($2, 'hex'), n.page, n.text from unnest($3::int[], $4::text[]) as n(page, text) on conflict do nothing", [row.source_patient_id, row.hash, pages.map((_, index) => index + 1), pages.map((page) => page.replaceAll("\0", ""))]),
      sql.query("update record.document set text_state = $5, text_why = $6, pages = $7 where source_patient_id = $1 and resource_key = $2 and place = $3 and hash = decode($4, 'hex')", [...keyOf(row), extracted.state, extracted.state === "read" ? null : extracted.why, counted]),
    ]);
  });
}

/** Characters of one stored page: more of it would not be found by search (migration 0420). */
const LONGEST_PAGE = 200_000;

/** A page in pieces that search can hold, cut between words. */
function cut(page: string): string[] {
  if (page.length <= LONGEST_PAGE) return [page];
  const space = page.lastIndexOf(" ", LONGEST_PAGE);
  const at = space > LONGEST_PAGE / 2 ? space : LONGEST_PAGE;
  return [page.slice(0, at), ...cut(page.slice(at))];
}

const IDLE_MS = 500;

/** Runs until `stop.stopped`. */
export async function runWordsOfDocuments(intake: Pool, store: DocumentStore, stop: { stopped: boolean }): Promise<void> {
  while (!stop.stopped) {
    const settled = await readWaitingWords(intake, store, new Date()).catch(async (error: Error) => {
      log("error", "record.document-words", { error: error.message });
      await sleep(2000);
      return 0;
    });
    if (settled === 0) await sleep(IDLE_MS);
  }
}
