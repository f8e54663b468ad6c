/**
 * Client of the Multicast Notification Service's subscriptions. Events come into a
 * mailbox of ours at MESH: MNS delivers to MESH and to queues of one cloud, not
 * over HTTP (requestBody/create-or-update-subscription-body.yaml, channel.endpoint).
 */
import { isRefusal, refuse, type Refusal } from "#platform";
import { TokenKeeper, type ApplicationCredentials } from "../pds/token.ts";
import { openWire, STAND_IN_HEADER, type WireRequest } from "../wire.ts";

export type MnsSettings = {
  /** For example `https://api.service.nhs.uk/multicast-notification-service`. */
  readonly url: string;
  readonly mode: "demo" | "production";
  readonly application: ApplicationCredentials;
  /** Our mailbox at MESH, and the workflow under which events are to come. */
  readonly mailbox: string;
  readonly workflowId: string;
  readonly timeoutMs?: number;
  readonly backoffMs?: number;
};

export type MnsSubscription = { readonly id: string; readonly eventType: string; readonly endpoint: string; readonly status: string };

export type MnsClient = {
  /** Subscribes our mailbox to a type of event; the one that is there already counts. */
  subscribe(eventType: string): Promise<{ readonly id: string; readonly isNew: boolean } | Refusal>;
  subscriptions(): Promise<readonly MnsSubscription[] | Refusal>;
  /** One that is gone already counts as ended. */
  unsubscribe(id: string): Promise<true | Refusal>;
  close(): void;
};

const unavailable = (why: string): Refusal => refuse("unavailable", "national.mns-unavailable", "The Multicast Notification Service does not answer at the moment.", { why });
const forbidden = (why: string): Refusal => refuse("forbidden", "national.mns-forbidden", "The Multicast Notification Service does not let us in: check the API key, the signing key and what the application may subscribe to.", { why });
const notTaken = (what: string): Refusal => refuse("invalid", "national.mns-not-taken", `The Multicast Notification Service does not take the subscription: ${what}.`, { what });
const standIn = (url: string): Refusal => refuse("forbidden", "national.mns-stand-in", "This Multicast Notification Service is a stand-in for demonstration; production does not accept it.", { url });

export function createMnsClient(settings: MnsSettings, now: () => Date = () => new Date()): MnsClient {
  const common = { tls: null, timeoutMs: settings.timeoutMs ?? 15_000, wholeMs: 2 * (settings.timeoutMs ?? 15_000), backoffMs: settings.backoffMs ?? 1000, mostBytes: 5_000_000 };
  const wire = openWire({ ...common, url: settings.url, tries: 4 });
  const tokenWire = openWire({ ...common, url: new URL(settings.application.tokenUrl).origin, tries: 1 });
  const keeper = new TokenKeeper(settings.application, tokenWire, now);
  const endpoint = `mesh://${settings.mailbox}?workflow_id=${settings.workflowId}`;

  const ask = async (method: WireRequest["method"], path: string, body?: object): Promise<{ status: number; said: Record<string, unknown> } | Refusal> => {
    for (let isSecond = false; ; isSecond = true) {
      const token = await keeper.token();
      if (isRefusal(token)) return token;
      // A subscription that was made twice is answered 409 with the first one's id, so asking again does no harm.
      const answer = await wire.ask({ method, path, headers: () => ({ authorization: `Bearer ${token}`, accept: "application/fhir+json", ...(body && { "content-type": "application/fhir+json" }) }), ...(body && { body: Buffer.from(JSON.stringify(body)) }) });
      if (!("headers" in answer)) return unavailable(answer.why);
      if (settings.mode === "production" && answer.headers[STAND_IN_HEADER] !== undefined) return standIn(settings.url);
      const said = objectOf(answer.body);
      if (answer.status === 401 && !isSecond) {
        keeper.forget(token);
        continue;
      }
      if (answer.status === 401 || answer.status === 403) return forbidden(`HTTP ${answer.status}`);
      if (answer.status === 429 || answer.status >= 500) return unavailable(`HTTP ${answer.status}`);
      return { status: answer.status, said };
    }
  };

  return {
    async subscribe(eventType) {
      const answer = await ask("POST", "/subscriptions", { resourceType: "Subscription", status: "requested", reason: "keeps demographics in step with PDS", criteria: `eventType=${eventType}`, channel: { type: "message", endpoint, payload: "application/fhir+json" } });
      if (isRefusal(answer)) return answer;
      const { status, said } = answer;
      const there = status === 409 ? /\bid: ([\w-]+)/.exec(String(said["errors"]))?.[1] : undefined;
      if (there !== undefined) return { id: there, isNew: false };
      if (status !== 200 && status !== 201) return notTaken(JSON.stringify(said["validationErrors"] ?? said["errors"] ?? status));
      return typeof said["id"] === "string" ? { id: said["id"], isNew: true } : unavailable("the answer names no subscription");
    },
    async subscriptions() {
      const answer = await ask("GET", "/subscriptions");
      if (isRefusal(answer)) return answer;
      const entries = answer.said["entry"];
      if (answer.status !== 200 || (entries !== undefined && !Array.isArray(entries))) return unavailable("the list of subscriptions cannot be read");
      // The specification's own answers put the subscription into an entry with and without `resource`.
      return ((entries ?? []) as Record<string, unknown>[]).map((entry) => (entry["resource"] ?? entry) as Record<string, unknown>).map((each) => ({ id: String(each["id"]), eventType: /^eventType=([\w-]+)/.exec(String(each["criteria"]))?.[1] ?? "", endpoint: String((each["channel"] as Record<string, unknown> | undefined)?.["endpoint"]), status: String(each["status"]) }));
    },
    async unsubscribe(id) {
      const answer = await ask("DELETE", `/subscriptions/${encodeURIComponent(id)}`);
      if (isRefusal(answer)) return answer;
      return answer.status === 204 || answer.status === 200 || answer.status === 404 ? true : unavailable(`HTTP ${answer.status}`);
    },
    close() {
      wire.close();
      tokenWire.close();
    },
  };
}

function objectOf(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString() || "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
