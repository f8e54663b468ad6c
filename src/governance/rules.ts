/** The region's own numbers: `region.json`. */
import { Type, type Static } from "typebox";
import { Words, OdsCode, Slug, closed } from "./fields.ts";

/** Relationship kinds that feeds give rise to; the ones a reader claims are not listed here. */
export const RELATIONSHIP_KINDS = ["registration", "admission", "attendance", "referral", "appointment", "caseload", "care-team", "crew", "form-written"] as const;
export type RelationshipKind = (typeof RELATIONSHIP_KINDS)[number];

/** How long before its start and after its end a relationship of one kind still opens the record, in days. */
const Grace = Type.Object(
  {
    beforeDays: Type.Integer({ minimum: 0 }),
    afterDays: Type.Integer({ minimum: 0 }),
    /** How long it is taken to last where the source gave no end; `null`: until the source ends it. */
    openDays: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  },
  closed,
);

/** So many within so many minutes, in each web process. */
const Attempts = Type.Object({ most: Type.Integer({ minimum: 10 }), minutes: Type.Integer({ minimum: 1, maximum: 60 }) }, closed);

export const RegionSchema = Type.Object(
  {
    id: Slug,
    name: Words,
    title: Words,
    timeZone: Words,
    /** The organisation that stands for the shared record itself: controller of what is created in it (EXC-14). */
    sharedRecord: Type.Optional(OdsCode),
    /** Training is yearly; the grace is the region's choice (ONB-06). */
    trainingValidDays: Type.Integer({ minimum: 1 }),
    /** How long records still open after training has run out; a day of it is a day on which somebody untrained gets in. */
    trainingGraceDays: Type.Integer({ minimum: 0, maximum: 92 }),
    confidentialityValidDays: Type.Integer({ minimum: 1 }),
    /** Authenticator assurance level below which no record opens. */
    minimumAssurance: Type.Integer({ minimum: 1, maximum: 3 }),
    /** How often one may try before having to wait: at the door by network address, behind which a whole hospital may stand, and within a session. */
    signIn: Type.Object({ refusedFromOneAddress: Attempts, begunFromOneAddress: Attempts, searchesInOneSession: Attempts }, closed),
    /** Passkeys, for organisations without CIS2; missing: none of the pack's signs in so. */
    passkeys: Type.Optional(
      Type.Object(
        {
          /** Roles that invite the staff of their own organisation, and revoke. */
          administrators: Type.Array(Slug, { minItems: 1 }),
          /** How the one who invites has made sure who it is; one is chosen and kept. */
          identityChecks: Type.Array(Type.Object({ id: Slug, words: Words }, closed), { minItems: 1 }),
        },
        closed,
      ),
    ),
    /** How long a stated reason opens one person's record for one professional. */
    reasonLastsHours: Type.Integer({ minimum: 1, maximum: 72 }),
    /** How long the record's pages say that a source has taken an entry back (RET-01). */
    removedShownDays: Type.Integer({ minimum: 1 }),
    /** How long audit entries are kept before they may be destroyed, in years: no shorter than the records they are about. */
    auditKeptYears: Type.Integer({ minimum: 1 }),
    relationships: Type.Object(Object.fromEntries(RELATIONSHIP_KINDS.map((kind) => [kind, Grace])) as Record<RelationshipKind, typeof Grace>, closed),
    /** Roles that decide whether two records are one person: pairs of which the own organisation has a side, or all of the region. */
    identityOffice: Type.Array(Type.Object({ role: Slug, decides: Type.Enum(["own-organisation", "region"]) }, closed)),
    /** How old the authentication may be, in minutes, for the offices and for breaking the glass; older: signed in again. */
    stepUp: Type.Object({ officeMinutes: Type.Integer({ minimum: 5 }), emergencyMinutes: Type.Integer({ minimum: 5 }) }, closed),
    /** What a print or download may be made for (ACC-13). */
    printReasons: Type.Array(Type.Object({ id: Slug, words: Words }, closed), { minItems: 1 }),
    objections: Type.Object(
      {
        /** The role of the office that deals with objections. */
        office: Slug,
        /** Roles of clinicians who may decide one (OPT-08); a professional registration is wanted besides. */
        deciders: Type.Array(Slug, { minItems: 1 }),
        /** What an upheld objection means in an emergency: closed, or opened to protect life by an act of its own that is loudly logged. */
        emergencies: Type.Enum(["closed", "vital-interests"]),
        /** What that means for the person, as their letters say it beforehand. */
        emergencyWords: Words,
        /** Where a person can complain of a decision: the controller first, then the regulator, then a court. */
        complaints: Type.Array(Words, { minItems: 3 }),
        /** Whom to ask in words, where a form does not do. */
        helpline: Words,
        /** The hour of the region's day after which the nightly compliance report is made. */
        reportAfterHour: Type.Integer({ minimum: 0, maximum: 23 }),
        /** Forms of the public page that are taken in an hour: from one address, and in all. */
        formsPerHour: Type.Object({ fromOne: Type.Integer({ minimum: 1 }), inAll: Type.Integer({ minimum: 1 }) }, closed),
      },
      closed,
    ),
    /** Reasons that may be chosen where no relationship is known. */
    reasons: Type.Array(Type.Object({ id: Slug, words: Words, kind: Type.Enum(["reason-given", "break-glass"]) }, closed), { minItems: 1 }),
  },
  closed,
);

export type RegionRules = Readonly<Static<typeof RegionSchema>>;
export type RelationshipRules = RegionRules["relationships"];
