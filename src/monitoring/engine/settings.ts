/** The numbers of monitoring, as the region pack gives them in `monitoring/settings.json`: how far an explanation reaches, what a rule weighs. */
import { Type, type Static } from "typebox";
import { Compile } from "typebox/compile";
import { CARE, type CareKind } from "./columns.ts";
import { RULES, type RuleId } from "./rule-names.ts";

const closed = { additionalProperties: false } as const;
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Days = Type.Number({ minimum: 0, maximum: 40_000 });

/** How near the care must be to the professional: named in it, of the team that gave it, in a service that serves the whole house, or of the same employer. */
export const NEARNESS = ["named", "team", "house-service", "organisation"] as const;
export type Nearness = (typeof NEARNESS)[number];

const Window = Type.Object(
  {
    care: Type.Enum([...CARE]),
    nearness: Type.Enum([...NEARNESS]),
    beforeDays: Days,
    afterDays: Days,
    /** How long it lasts where the source gave no end. */
    openDays: Days,
    /** Weak: says that the access may be fine, and gives way where the two know each other. */
    weak: Type.Boolean(),
  },
  closed,
);

const Rule = Type.Object(
  {
    title: Type.String({ minLength: 3 }),
    /** How much it counts on an access without explanation, with a weak one, and with a strong one. 0: that explanation excuses it. */
    weight: Share,
    weakly: Share,
    explained: Share,
    /** One sentence: what the officer may look for. */
    wouldExplain: Type.String({ minLength: 3 }),
  },
  closed,
);

export const SettingsSchema = Type.Object(
  {
    version: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
    explanations: Type.Array(Window, { minItems: 1 }),
    /** A colleague of the same team whose access is explained, within so many days. */
    consultationDays: Days,
    /** The professional's own explained access, at most so many days before. */
    repeatDays: Days,
    /** Units that serve a whole house: pharmacy, imaging, a site team. */
    houseServices: Type.Array(Type.String()),
    /** Kinds of organisation in which everybody is one team. */
    oneTeam: Type.Array(Type.String()),
    /** Roles that see children in the course of their work. */
    childRoles: Type.Array(Type.String()),
    rules: Type.Object(Object.fromEntries(RULES.map((each) => [each, Rule])) as Record<RuleId, typeof Rule>, closed),
    thresholds: Type.Object(
      {
        childUnderYears: Type.Number({ minimum: 0 }), deceasedAfterDays: Days, contactWithinDays: Days, untrainedAfterDays: Days, offShiftMinutes: Type.Number({ minimum: 0 }), learnDeviceDays: Days, dormantDays: Days, formerPatientDays: Days, tieDays: Days, returningDays: Type.Integer({ minimum: 2 }),
        /** Outlier: at least `least`, and above the peers' median by `spread` times their median absolute deviation. */
        volume: Type.Object({ least: Type.Integer(), spread: Type.Number() }, closed),
        prints: Type.Object({ least: Type.Integer(), spread: Type.Number() }, closed),
        browsed: Type.Object({ least: Type.Integer(), spread: Type.Number() }, closed),
        serial: Type.Object({ least: Type.Integer(), spread: Type.Number() }, closed),
        denied: Type.Integer({ minimum: 1 }),
        manyOnOne: Type.Object({ professionals: Type.Integer({ minimum: 2 }), days: Days }, closed),
        browseMinutes: Type.Number({ minimum: 1 }),
      },
      closed,
    ),
    /** An access below this score raises no alert. */
    alertScore: Type.Integer({ minimum: 1, maximum: 100 }),
    /** How far back accesses give context, in days. */
    lookBackDays: Days,
    review: Type.Object({ alertDays: Days, breakGlassDays: Days, managerDays: Days, breachHours: Type.Number({ minimum: 1 }), uselessShare: Share, uselessDays: Days }, closed),
  },
  closed,
);

export type Settings = Readonly<Static<typeof SettingsSchema>>;
export type ExplanationWindow = Settings["explanations"][number] & { readonly care: CareKind };

const schema = Compile(SettingsSchema);

/** @returns the settings, or every fault in them */
export function readSettings(value: unknown): { ok: true; settings: Settings } | { ok: false; faults: string[] } {
  if (schema.Check(value)) return { ok: true, settings: value as Settings };
  return { ok: false, faults: [...schema.Errors(value)].map((each) => `monitoring/settings.json${each.instancePath}: ${each.message}`) };
}
