/** Feeds over HTTP: `/oauth2/token`, `/feeds/{id}/fhir`, `/gp-connect`, `/csv`, and a plain create at `/fhir/R4/{type}`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { addEntries, NOBODY } from "#audit";
import { readFileReport, receiveCreate, receiveFhir, receiveFile, receiveGpConnect, reportCsv, type Connections, type FeedRoom, type FileReport, type Load, type Peer, type Receipt } from "#feeds";
import type { Feed } from "#governance";
import { isPassingFault, isRefusal, isUuid, refuse, uuidv7, type Clock, type Refusal } from "#platform";
import { isResourceType, writeFhirXml, type Resource, type ValidationIssue } from "#standards";
import { bundleResponse, messageResponse, outcome } from "./fhir-answer.ts";
import { clientOf, feedsOfClient, issueToken } from "./credentials.ts";

export type FeedRoutesDeps = FeedRoom & { connections: Connections; installationKey: string; clock: Clock; maxBodyBytes: number; /** Why nothing can be kept now; `null` where it can. */ closed(): string | null };

const FHIR = "application/fhir+json; charset=utf-8";
const SHAPES = { fhir: "fhir-r4", "gp-connect": "gp-connect-stu3", csv: "csv" } as const;
/** What a sender is asked to wait before it sends again. */
const RETRY_AFTER_S = 5;

/** Registers the routes; wants an instance of its own, since bodies come as bytes here. */
export async function feedRoutes(app: FastifyInstance, deps: FeedRoutesDeps): Promise<void> {
  const { region, installationKey } = deps;
  app.removeAllContentTypeParsers();
  // Bytes are kept as they came, whatever they claim to be.
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: deps.maxBodyBytes }, (_request, body, done) => done(null, body));

  const away = (reply: FastifyReply, why: string): FastifyReply => reply.header("retry-after", String(RETRY_AFTER_S)).code(503).type(FHIR).send(JSON.stringify(outcome([{ code: "transient", expression: "", why }], "feeds.send-again")));
  app.addHook("onRequest", async (request, reply) => {
    const why = request.method === "POST" ? deps.closed() : null;
    if (why !== null) return away(reply, `Nothing can be kept now (${why}). Send it again later.`);
  });
  app.setErrorHandler((error, _request, reply) => {
    // Nothing was acknowledged; what was kept before the fault is known by its bytes when it comes again.
    if (isPassingFault(error)) return away(reply, "It could not be stored now. Send it again.");
    throw error;
  });

  app.post("/oauth2/token", async (request, reply) => {
    const form = new URLSearchParams((request.body as Buffer | undefined)?.toString("utf8") ?? "");
    const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const [id = "", secret = ""] = basic === undefined ? [form.get("client_id") ?? "", form.get("client_secret") ?? ""] : splitOnce(Buffer.from(basic, "base64").toString("utf8")).map(formDecoded);
    if (form.get("grant_type") !== "client_credentials") return reply.code(400).send({ error: "unsupported_grant_type", error_description: "grant_type must be client_credentials" });
    const issued = await issueToken(installationKey, region, id, secret, deps.clock.now());
    if (isRefusal(issued)) return reply.code(401).header("www-authenticate", "Basic").send({ error: "invalid_client", error_description: issued.message });
    return reply.header("cache-control", "no-store").send({ access_token: issued.token, token_type: "Bearer", expires_in: issued.expiresIn, scope: "feed.write" });
  });

  /** The feed of the address, if this client may send on it. */
  const feedOf = async (request: FastifyRequest<{ Params: { feed: string; shape: string } }>): Promise<Feed | Refusal> => {
    const client = await clientOf(installationKey, request.headers.authorization);
    if (isRefusal(client)) return client;
    const feed = feedsOfClient(region, client).find((each) => each.id === request.params.feed);
    const format = SHAPES[request.params.shape as keyof typeof SHAPES];
    if (feed === undefined) return refuse("forbidden", "feeds.not-yours", `Client ${client} may not send on feed ${request.params.feed}.`);
    if (format !== feed.format) return refuse("unsupported", "feeds.format", `Feed ${feed.id} takes ${feed.format}.`);
    deps.connections.saw(feed.id, "http", peerOfRequest(request));
    return feed;
  };

  app.post<{ Params: { feed: string; shape: string }; Querystring: { patientNHSNumber?: string; birthDate?: string; file?: string; load?: string } }>("/feeds/:feed/:shape", async (request, reply) => {
    const feed = await feedOf(request);
    if (isRefusal(feed)) return refuseFeed(reply, feed, []);
    const bytes = request.body as Buffer | undefined;
    if (!Buffer.isBuffer(bytes) || bytes.length === 0) return refuseFeed(reply, refuse("invalid", "feeds.empty", "The body is empty.", { status: 400 }), []);
    if (feed.format === "csv") return answerFile(request, reply, deps, feed, bytes, request.query);
    const received =
      feed.format === "fhir-r4" ? await receiveFhir(deps, feed, bytes) : await receiveGpConnect(deps, feed, bytes, { nhsNumber: (request.query.patientNHSNumber ?? "").replace(/\s/g, ""), birthDate: request.query.birthDate ?? "" });
    if (!("refusal" in received)) return answerFhir(request, reply, received, deps.clock.now());
    if (received.bundle?.header === undefined) return refuseFeed(reply, received.refusal, received.issues);
    return send(request, reply.code(422), messageResponse(received.bundle.header, { id: uuidv7(), endpoint: addressOf(request), at: deps.clock.now(), issues: received.issues }));
  });

  // The report on a file again, for whoever sent it.
  app.get<{ Params: { feed: string; messageId: string } }>("/feeds/:feed/messages/:messageId/report", async (request, reply) => {
    const client = await clientOf(installationKey, request.headers.authorization);
    if (isRefusal(client)) return refuseFeed(reply, client, []);
    const feed = feedsOfClient(region, client).find((each) => each.id === request.params.feed);
    if (feed === undefined) return refuseFeed(reply, refuse("forbidden", "feeds.not-yours", `Client ${client} may not send on feed ${request.params.feed}.`), []);
    const { messageId } = request.params;
    const report = isUuid(messageId) ? await readFileReport(deps.intake, feed.id, messageId) : null;
    if (report === null) return refuseFeed(reply, refuse("not-found", "feeds.no-report", "There is no report on such a file, or it has not been applied yet.", { status: 404 }), []);
    await auditReport(deps, client, feed, messageId, report);
    return wantsCsv(request) ? sendCsv(reply, messageId, report) : reply.code(200).send({ messageId, report });
  });

  app.post<{ Params: { type: string } }>("/fhir/R4/:type", async (request, reply) => {
    const client = await clientOf(installationKey, request.headers.authorization);
    if (isRefusal(client)) return refuseFeed(reply, client, []);
    const feed = feedsOfClient(region, client).find((each) => each.format === "fhir-r4");
    if (feed === undefined) return refuseFeed(reply, refuse("forbidden", "feeds.format", `Client ${client} has no FHIR R4 feed.`), []);
    deps.connections.saw(feed.id, "http", peerOfRequest(request));
    if (!isResourceType(request.params.type)) return refuseFeed(reply, refuse("not-found", "fhir.type", "There is no such FHIR R4 resource type.", { status: 404 }), []);
    const bytes = request.body as Buffer | undefined;
    if (!Buffer.isBuffer(bytes) || bytes.length === 0) return refuseFeed(reply, refuse("invalid", "feeds.empty", "The body is empty.", { status: 400 }), []);
    const created = await receiveCreate(deps, feed, request.params.type, bytes);
    if ("refusal" in created) return refuseFeed(reply, created.refusal, created.issues);
    return reply.code(201).header("location", `/fhir/R4/${created.type}/${created.id}/_history/1`).header("etag", 'W/"1"').type(FHIR).send("");
  });
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Encrypted where a proxy on this machine says that the sender came over https; its own word from elsewhere counts for nothing. */
function peerOfRequest(request: FastifyRequest): Peer {
  const address = request.raw.socket.remoteAddress ?? "";
  const saysHttps = String(request.headers["x-forwarded-proto"] ?? "").split(",")[0]!.trim() === "https";
  if (!LOOPBACK.test(address) || !saysHttps) return { address, encrypted: false };
  const from = String(request.headers["x-forwarded-for"] ?? "").split(",").at(-1)!.trim() || address;
  return { address: from, encrypted: true, protocol: "https by the proxy", cipher: "", certificate: null };
}

/** RFC 6749 section 2.3.1: both halves are form-encoded. What is not stays as it came, and agrees with nothing. */
const formDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const splitOnce = (text: string): string[] => {
  const colon = text.indexOf(":");
  return colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
};

const wantsCsv = (request: FastifyRequest): boolean => /^text\/csv\b/i.test(request.headers.accept ?? "");

/** 200 where the file was applied, with each fault of each row; 202 where it waits its turn; 422 where nothing of it was applied. */
async function answerFile(request: FastifyRequest, reply: FastifyReply, deps: FeedRoutesDeps, feed: Feed, bytes: Buffer, query: { file?: string; load?: string }): Promise<FastifyReply> {
  if (query.load !== undefined && query.load !== "full" && query.load !== "incremental") return refuseFeed(reply, refuse("invalid", "feeds.load", "load must be full or incremental.", { status: 400 }), []);
  const receipt = await receiveFile(deps, feed, bytes, (query.file ?? "").slice(0, 180), query.load satisfies Load | undefined);
  reply.code(receipt.state === "kept" ? 202 : receipt.state === "applied" ? 200 : 422).header("x-kmcr-message", receipt.messageId);
  return wantsCsv(request) && receipt.report !== null ? sendCsv(reply, receipt.messageId, receipt.report) : reply.send(receipt);
}

function sendCsv(reply: FastifyReply, messageId: string, report: FileReport): FastifyReply {
  return reply.header("content-disposition", `attachment; filename="report-${messageId}.csv"`).type("text/csv; charset=utf-8").send(reportCsv(report));
}

/** Cells of a report are people's data, though the sender's own: who fetched them again is on record. */
function auditReport(deps: FeedRoutesDeps, client: string, feed: Feed, messageId: string, report: FileReport): Promise<unknown> {
  const actor = { id: `system:${client}`, name: feed.title, role: "feed", roleName: "Feed", sourceRole: "system", organisation: feed.organisation, organisationName: deps.region.organisation(feed.organisation)?.name ?? feed.organisation, sessionId: messageId };
  return addEntries(deps.intake, [{
    personId: NOBODY, actor, purpose: "administration", action: "quarantine-read", outcome: "allowed", relationship: "sender of the file", reason: null, policy: "the feed's own client", route: "GET /feeds/:feed/messages/:messageId/report",
    requestId: uuidv7(), sourcePatients: [], shown: { feed: feed.id, message: messageId, faults: report.faults.length },
  }]);
}

/** The answer in the form that was asked for: JSON, or XML where only that is accepted. */
function send(request: FastifyRequest, reply: FastifyReply, body: Resource): FastifyReply {
  const wantsXml = /xml/.test(request.headers.accept ?? "") && !/json/.test(request.headers.accept ?? "");
  return wantsXml ? reply.type("application/fhir+xml; charset=utf-8").send(writeFhirXml(body)) : reply.type(FHIR).send(JSON.stringify(body));
}

/** 200 with what became of each entry; 202 where it is kept and will be applied later: do not send again. A message is answered with a message. */
function answerFhir(request: FastifyRequest, reply: FastifyReply, receipt: Receipt, now: Date): FastifyReply {
  const status = receipt.state === "kept" ? 202 : receipt.state === "quarantined" ? 422 : 200;
  reply.code(status).header("x-kmcr-message", receipt.messageId);
  const issues = status === 422 ? receipt.marks.map((mark) => ({ code: "business-rule", expression: mark.place, why: mark.why })) : [];
  if (receipt.bundle?.header) return send(request, reply, messageResponse(receipt.bundle.header, { id: receipt.messageId, endpoint: addressOf(request), at: now, issues, receipt }));
  return send(request, reply, status === 422 ? outcome(issues) : bundleResponse(receipt));
}

const addressOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}${request.url.split("?")[0]}`;

function refuseFeed(reply: FastifyReply, refusal: Refusal, issues: readonly (ValidationIssue | { code: string; expression: string; why: string })[]): FastifyReply {
  const status = (refusal.details?.["status"] as number | undefined) ?? (refusal.code === "feeds.no-token" || refusal.code === "feeds.token" ? 401 : refusal.kind === "forbidden" ? 403 : refusal.kind === "unsupported" ? 415 : 422);
  return reply.code(status).type(FHIR).send(JSON.stringify(outcome(issues.length > 0 ? issues : [{ code: refusal.kind === "forbidden" ? "forbidden" : "invalid", expression: "", why: refusal.message }], refusal.code)));
}
