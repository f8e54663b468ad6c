/**
 * Refuses state changes that another site's page caused. Browsers say where a
 * request comes from (Fetch Metadata, else Origin); a client that says neither
 * is no browser, and is let through only while it carries none of our cookies.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { refuse, type Refusal } from "./problem.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

type Asked = { readonly method: string; readonly headers: Readonly<Record<string, string | string[] | undefined>> };

/**
 * The refusal of one request, or `null` when it may go on. Pure.
 * @param origins the addresses under which browsers know this server, for example `https://record.example`
 */
export function originRefusal(request: Asked, origins: readonly string[]): Refusal | null {
  if (SAFE.has(request.method)) return null;
  const { headers } = request;
  const refusal = refuse("forbidden", "platform.cross-site", "This request came from another site and was not carried out.");
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return refusal;
  const { origin } = headers;
  if (origin !== undefined) return origins.includes(String(origin)) ? null : refusal;
  if (site !== undefined) return null;
  return headers["cookie"] === undefined ? null : refusal;
}

/** The hook for fastify: `app.addHook("onRequest", originGuard([publicUrl]))`. */
export function originGuard(origins: readonly string[]) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const refusal = originRefusal({ method: request.method, headers: request.headers }, origins);
    return refusal === null ? undefined : reply.code(403).send({ kind: refusal.kind, code: refusal.code, message: refusal.message });
  };
}
