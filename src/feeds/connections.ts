/** How each feed's sender was last connected: encrypted or not, with which certificate, until when (EXC-12). */
import { log, type Sql } from "#platform";
import type { Peer } from "./peer.ts";

/** Written at most so often for one feed and one way. */
const EVERY_MS = 30_000;

export class Connections {
  readonly #sql: Sql;
  readonly #written = new Map<string, { at: number; how: string }>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** A message of a feed came by this connection. */
  saw(feed: string, way: "mllp" | "http", peer: Peer): void {
    const key = `${feed} ${way}`;
    const how = peer.encrypted ? `${peer.protocol} ${peer.certificate?.fingerprint ?? ""}` : "plain";
    const last = this.#written.get(key);
    if (last !== undefined && last.how === how && Date.now() - last.at < EVERY_MS) return;
    this.#written.set(key, { at: Date.now(), how });
    void this.#write(feed, way, peer).catch((error: Error) => log("warn", "feeds.connection-not-written", { feed, error: error.message }));
  }

  #write(feed: string, way: string, peer: Peer): Promise<unknown> {
    const certificate = peer.encrypted ? peer.certificate : null;
    return this.#sql.query(
      `insert into feeds.connection as c (feed, way, encrypted, protocol, cipher, certificate_names, fingerprint, valid_from, valid_to, address, last_seen)
       values ($1, $2, $3, $4, $5, $6::text[], $7, $8, $9, $10, $11)
       on conflict (feed, way) do update set encrypted = excluded.encrypted, protocol = excluded.protocol, cipher = excluded.cipher, certificate_names = excluded.certificate_names, fingerprint = excluded.fingerprint,
         valid_from = excluded.valid_from, valid_to = excluded.valid_to, address = excluded.address, last_seen = excluded.last_seen`,
      [
        feed, way, peer.encrypted, peer.encrypted ? peer.protocol : null, peer.encrypted ? peer.cipher : null, certificate ? [...certificate.names] : null, certificate?.fingerprint ?? null,
        certificate?.validFrom ?? null, certificate?.validTo ?? null, peer.address, new Date(),
      ],
    );
  }
}

export type ConnectionState = {
  feed: string; way: string; encrypted: boolean; protocol: string | null; cipher: string | null; certificateNames: readonly string[] | null; fingerprint: string | null; validFrom: Date | null; validTo: Date | null; address: string; lastSeen: Date;
};

/** The last connection of each feed that ever sent, by way. */
export async function readConnections(sql: Sql): Promise<ConnectionState[]> {
  const { rows } = await sql.query<{ feed: string; way: string; encrypted: boolean; protocol: string | null; cipher: string | null; certificate_names: string[] | null; fingerprint: string | null; valid_from: Date | null; valid_to: Date | null; address: string; last_seen: Date }>(
    "select feed, way, encrypted, protocol, cipher, certificate_names, fingerprint, valid_from, valid_to, address, last_seen from feeds.connection order by feed, way",
  );
  return rows.map((row) => ({
    feed: row.feed, way: row.way, encrypted: row.encrypted, protocol: row.protocol, cipher: row.cipher, certificateNames: row.certificate_names, fingerprint: row.fingerprint, validFrom: row.valid_from, validTo: row.valid_to, address: row.address, lastSeen: row.last_seen,
  }));
}
