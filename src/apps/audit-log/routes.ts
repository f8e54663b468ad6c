/**
 * The audit log for partners' systems, as C2SP tlog-tiles has it: anyone may fetch checkpoint, keys
 * and tiles, which hold salted hashes and no person. A witness posts what it has cosigned; its
 * signature is its credential.
 */
import type { FastifyInstance, FastifyReply } from "fastify";
import { parseTilePath, readCheckpointAt, readKeys, readLatestCheckpoint, readTile, takeCosignature } from "#audit";
import { witnessesOf, type Region } from "#governance";
import { isRefusal, type Clock, type Sql } from "#platform";

export type AuditLogDeps = { readonly region: Region; readonly clock: Clock; /** Under the role of pages. */ readonly sql: Sql };

const FOR_EVER = "public, max-age=31536000, immutable";
const FOR_A_SECOND = "public, max-age=1";
/** A note with a few dozen cosignatures; nothing larger is read. */
const MOST_NOTE_BYTES = 16_384;

export async function auditLogRoutes(app: FastifyInstance, { region, clock, sql }: AuditLogDeps): Promise<void> {
  const witnesses = new Map(witnessesOf(region).map((each) => [each.organisation, each]));
  const text = (reply: FastifyReply, status: number, body: string, cached = "no-store"): FastifyReply => reply.code(status).header("cache-control", cached).type("text/plain; charset=utf-8").send(body);
  const nothing = (reply: FastifyReply): FastifyReply => text(reply, 404, "not in this log\n");

  app.get("/audit-log/checkpoint", async (_request, reply) => {
    const checkpoint = await readLatestCheckpoint(sql);
    return checkpoint === null ? nothing(reply) : text(reply, 200, checkpoint.note, FOR_A_SECOND);
  });
  // With the cosignatures that it has by now, so for a while only.
  app.get<{ Params: { size: string } }>("/audit-log/checkpoint/:size", async (request, reply) => {
    const checkpoint = /^[1-9]\d{0,14}$/.test(request.params.size) ? await readCheckpointAt(sql, Number(request.params.size)) : null;
    return checkpoint === null ? nothing(reply) : text(reply, 200, checkpoint.note, FOR_A_SECOND);
  });
  app.get("/audit-log/keys", async (_request, reply) => text(reply, 200, (await readKeys(sql)).map((each) => `${each.verifierKey}\n`).join(""), FOR_A_SECOND));
  app.get<{ Params: { "*": string } }>("/audit-log/tile/*", async (request, reply) => {
    const name = parseTilePath(`tile/${request.params["*"]}`);
    const tile = name === null ? null : await readTile(sql, name);
    return tile === null ? nothing(reply) : reply.header("cache-control", FOR_EVER).type("application/octet-stream").send(tile);
  });
  app.post<{ Params: { organisation: string }; Body: unknown }>("/audit-log/witness/:organisation", { bodyLimit: MOST_NOTE_BYTES }, async (request, reply) => {
    const witness = witnesses.get(request.params.organisation);
    if (witness === undefined) return text(reply, 404, "audit.no-such-witness: no witness is registered for this organisation\n");
    if (typeof request.body !== "string") return text(reply, 400, "audit.not-a-checkpoint: send the cosigned checkpoint as text/plain\n");
    const taken = await takeCosignature(sql, witness, request.body, clock.now());
    if (isRefusal(taken)) return text(reply, taken.kind === "forbidden" ? 403 : 400, `${taken.code}: ${taken.message}\n`);
    return taken.agrees ? text(reply, 200, `${taken.size}\n`) : text(reply, 409, "audit.two-stories: this log's key signed that, and it is not what this log says; it is kept\n");
  });
}
