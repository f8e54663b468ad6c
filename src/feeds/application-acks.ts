/**
 * Application acknowledgements of enhanced mode: the accept acknowledgement said
 * that a message is kept, this one says what became of it, on the connection that
 * it came by. A sender that is gone by then asks by sending the message again.
 * Source: HL7 v2.5.1 chapter 2.9.3.2.
 */
import { log, uuidv7, type Pool } from "#platform";
import { acknowledgement, type Hl7Message } from "#standards";
import { wants } from "./envelope-of-hl7.ts";

type Expected = { feed: string; messageId: string; state: string; message: Hl7Message; say(text: string): void };

const LOOK_EVERY_MS = 100;
/** A message that waits longer (its lane is held) gets no application acknowledgement on this connection. */
const GIVE_UP_AFTER_MS = 10 * 60_000;
const MOST_EXPECTED = 10_000;

export class ApplicationAcks {
  readonly #pool: Pool;
  readonly #expected = new Map<string, Expected & { since: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Says what became of a kept message once it is known, where MSH-16 wants that. */
  expect(one: Expected): void {
    const condition = one.message.msh.text(16);
    if (one.state === "rejected" || (!wants(condition, true) && !wants(condition, false)) || this.#expected.size >= MOST_EXPECTED) return;
    this.#expected.set(`${one.feed} ${one.messageId}`, { ...one, since: Date.now() });
    this.#timer ??= setTimeout(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  async #look(): Promise<void> {
    try {
      for (const one of await this.#outcomes()) this.#tell(one);
    } catch (error) {
      log("warn", "feeds.application-acks", { error: (error as Error).message });
    }
    for (const [key, { since }] of this.#expected) if (Date.now() - since > GIVE_UP_AFTER_MS) this.#expected.delete(key);
    this.#timer = this.#expected.size > 0 ? setTimeout(() => void this.#look(), LOOK_EVERY_MS).unref() : undefined;
  }

  async #outcomes(): Promise<{ feed: string; message_id: string; state: string; why: string | null }[]> {
    const waiting = [...this.#expected.values()];
    const { rows } = await this.#pool.query<{ feed: string; message_id: string; state: string; why: string | null }>(
      `select i.feed, i.message_id, i.state, (select q.why from feeds.quarantine q where q.feed = i.feed and q.message_id = i.message_id order by q.item limit 1) as why
       from unnest($1::text[], $2::uuid[]) as n(feed, message_id) join feeds.inbox i using (feed, message_id) where i.state <> 'kept'`,
      [waiting.map((each) => each.feed), waiting.map((each) => each.messageId)],
    );
    return rows;
  }

  #tell({ feed, message_id, state, why }: { feed: string; message_id: string; state: string; why: string | null }): void {
    const one = this.#expected.get(`${feed} ${message_id}`);
    if (one === undefined) return;
    this.#expected.delete(`${feed} ${message_id}`);
    const good = state === "applied";
    if (!wants(one.message.msh.text(16), good)) return;
    const fault = good ? undefined : ({ ack: "AE", code: "207", location: null, why: why ?? "the message could not be used; it is kept in quarantine" } as const);
    one.say(acknowledgement({ code: good ? "AA" : "AE", message: one.message, ...(fault && { fault }), now: new Date(), id: uuidv7() }));
  }
}
