/**
 * Sessions, kept on the server. The cookie carries 256 random bits and nothing
 * else; both ends (idle and absolute) are computed here; the id is replaced
 * when somebody signs in and when a role is chosen.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { Sql } from "./database.ts";
import { uuidv7 } from "./ids.ts";

/** One role at one employer, as chosen at sign-in. */
export type SessionProfile = {
  readonly id: string;
  readonly organisation: string;
  readonly organisationName: string;
  /** The product's role and its name. */
  readonly role: string;
  readonly roleName: string;
  /** The role as the identity provider gave it. */
  readonly sourceRole: string;
  readonly sourceRoleName: string;
  readonly areaOfWork: string | null;
  /** What records are opened for in this profile; direct care where it is missing. */
  readonly purpose?: string;
};

/** How a session began: by NHS CIS2, by a passkey of our own, or handed over by a host system. */
export type SignInMethod = "cis2" | "passkey" | "launch";

/** Who signed in, before a session exists. */
export type SignedIn = {
  readonly professionalId: string;
  readonly name: string;
  readonly method: SignInMethod;
  /** The passkey that opened it: when that ends, so does the session. `null` for the other methods. */
  readonly passkeyId: string | null;
  /** Authenticator assurance level, 1 to 3. */
  readonly assurance: number;
  readonly profiles: readonly SessionProfile[];
  /** The profile to work in; `null` while it has to be chosen. */
  readonly profileId: string | null;
  /** The person that a host system handed over. */
  readonly launch: { readonly personId: string; readonly host: string } | null;
};

export type Session = Omit<SignedIn, "profileId"> & {
  /** Named in audit entries; not the cookie. */
  readonly sessionId: string;
  readonly profile: SessionProfile | null;
  /** When this professional last accepted the duty of confidentiality here, in this session or another; `null`: never. */
  readonly confidentialityAcceptedAt: Date | null;
  /** Token that each form sends back. */
  readonly csrf: string;
  readonly startedAt: Date;
  /** When it ends unless it is used before. */
  readonly idleEndsAt: Date;
  readonly endsAt: Date;
};

/** A session with the value that its cookie has to carry. */
export type NewSession = { readonly cookie: string; readonly session: Session };

export type Sessions = {
  start(who: SignedIn): Promise<NewSession>;
  /**
   * The session of a cookie, or `null` when there is none or it has ended.
   * @param extend false for requests that a page makes by itself (polling): they keep nobody signed in
   */
  read(cookie: string | null, extend: boolean): Promise<Session | null>;
  /** Chooses a role profile; the session goes on under a new id. `null` when the session has ended or the profile is not its own. */
  chooseProfile(cookie: string, profileId: string): Promise<NewSession | null>;
  end(cookie: string): Promise<void>;
  /** Deletes what has ended; returns how many. */
  sweep(): Promise<number>;
};

export type SessionRules = { readonly idleMinutes: number; readonly hours: number };

/** A use within this time of the last one is not written down again: one write a minute and person is enough. */
const WRITE_EVERY_MS = 20_000;

/** Sessions over a pg-like client. */
export function createSessions(sql: Sql, rules: SessionRules, clock: Clock): Sessions {
  const idleMs = rules.idleMinutes * 60_000;

  const insert = async (who: SignedIn, endsAt: Date, startedAt: Date): Promise<NewSession> => {
    const cookie = randomBytes(32).toString("base64url");
    const now = clock.now();
    const row: Row = {
      session_hash: hashOf(cookie),
      session_id: uuidv7(),
      professional_id: who.professionalId,
      name: who.name,
      method: who.method,
      passkey_id: who.passkeyId,
      assurance: who.assurance,
      profiles: JSON.stringify(who.profiles),
      profile_id: who.profileId,
      csrf: randomBytes(32).toString("base64url"),
      launch: who.launch === null ? null : JSON.stringify(who.launch),
      started_at: startedAt,
      last_used_at: now,
      ends_at: endsAt,
    };
    await sql.query(
      `insert into platform.session (session_hash, session_id, professional_id, name, method, passkey_id, assurance, profiles, profile_id, csrf, launch, started_at, last_used_at, ends_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      Object.values(row),
    );
    return { cookie, session: sessionOf(row, idleMs) };
  };

  const read = async (cookie: string | null, extend: boolean): Promise<Session | null> => {
    if (cookie === null || cookie.length !== 43) return null;
    const hash = hashOf(cookie);
    const now = clock.now();
    const { rows } = await sql.query<Row>(
      `select session.*, accepted.accepted_at, passkey.ended_at as passkey_ended_at from platform.session
         left join platform.passkey on passkey.credential_id = session.passkey_id
         left join lateral (select max(a.accepted_at) as accepted_at from platform.confidentiality_acceptance a where a.professional_id = session.professional_id) accepted on true
        where session_hash = $1`,
      [hash],
    );
    const row = rows[0];
    // A passkey that was revoked while it signed somebody in leaves no session behind.
    if (row === undefined || (row.passkey_ended_at ?? null) !== null) return null;
    const session = sessionOf(row, idleMs);
    if (now >= session.idleEndsAt || now >= session.endsAt) return null;
    if (!extend || now.getTime() - row.last_used_at.getTime() < WRITE_EVERY_MS) return session;
    await sql.query("update platform.session set last_used_at = $2 where session_hash = $1", [hash, now]);
    return sessionOf({ ...row, last_used_at: now }, idleMs);
  };

  const end = async (cookie: string): Promise<void> => void (await sql.query("delete from platform.session where session_hash = $1", [hashOf(cookie)]));

  return {
    start: (who) => {
      const now = clock.now();
      return insert(who, new Date(now.getTime() + rules.hours * 3_600_000), now);
    },
    read,
    async chooseProfile(cookie, profileId) {
      const session = await read(cookie, false);
      if (session === null || !session.profiles.some((each) => each.id === profileId)) return null;
      await end(cookie);
      // The absolute end stays where signing in put it; a hand-over belongs to the role it was made for.
      return insert({ ...session, profileId, launch: null }, session.endsAt, session.startedAt);
    },
    end,
    async sweep() {
      const now = clock.now();
      const { rowCount } = await sql.query("delete from platform.session where ends_at <= $1 or last_used_at <= $2", [now, new Date(now.getTime() - idleMs)]);
      await sql.query("delete from platform.sign_in where expires_at <= $1", [now]);
      await sql.query("delete from platform.passkey_challenge where expires_at <= $1", [now]);
      await sql.query("delete from platform.launch_used where expires_at <= $1", [now]);
      return rowCount ?? 0;
    },
  };
}

/** True when a form's token is the session's; compared in constant time. */
export function isCsrfToken(session: Pick<Session, "csrf">, token: unknown): boolean {
  if (typeof token !== "string") return false;
  return timingSafeEqual(createHash("sha256").update(token).digest(), createHash("sha256").update(session.csrf).digest());
}

type Row = {
  session_hash: string;
  session_id: string;
  professional_id: string;
  name: string;
  method: SignInMethod;
  passkey_id: string | null;
  assurance: number;
  profiles: string;
  profile_id: string | null;
  csrf: string;
  launch: string | null;
  started_at: Date;
  last_used_at: Date;
  ends_at: Date;
  /** Joined when a session is read; a session that has just begun is read again before it opens anything. */
  accepted_at?: Date | null;
  /** Joined likewise; `null`: it was opened by no passkey, or by one that still holds. */
  passkey_ended_at?: Date | null;
};

function hashOf(cookie: string): string {
  return createHash("sha256").update(cookie).digest("base64url");
}

function sessionOf(row: Row, idleMs: number): Session {
  const profiles = JSON.parse(row.profiles) as SessionProfile[];
  return {
    sessionId: row.session_id,
    professionalId: row.professional_id,
    name: row.name,
    method: row.method,
    passkeyId: row.passkey_id,
    assurance: row.assurance,
    profiles,
    profile: profiles.find((each) => each.id === row.profile_id) ?? null,
    confidentialityAcceptedAt: row.accepted_at ?? null,
    csrf: row.csrf,
    launch: row.launch === null ? null : (JSON.parse(row.launch) as Session["launch"]),
    startedAt: row.started_at,
    idleEndsAt: new Date(row.last_used_at.getTime() + idleMs),
    endsAt: row.ends_at,
  };
}
