/** The register of organisations: who they are, what they signed, what they may see. */
import { Type, type Static } from "typebox";
import { Words, IsoDate, OdsCode, Slug, Section, PurposeName, ActionName, MeshMailbox, MeshWorkflow, closed } from "./fields.ts";

/** Drives default policies and filters (ORG-02). */
export const ORGANISATION_TYPES = [
  "acute",
  "mental-health",
  "community",
  "ambulance",
  "out-of-hours",
  "gp-practice",
  "pcn",
  "federation",
  "local-authority",
  "hospice",
  "independent",
  "diagnostic-centre",
  "treatment-centre",
  "voluntary",
  "commissioner",
  "processor",
  "analytics",
  "research",
  "disclosure",
  "regulator",
] as const;
export type OrganisationType = (typeof ORGANISATION_TYPES)[number];

const OrganisationTypeName = Type.Enum([...ORGANISATION_TYPES]);

const Agreement = Type.Object(
  {
    kind: Type.Enum(["JCA", "DPA"]),
    signedOn: IsoDate,
    /** Last day on which it is in force; `null` while it has no end. */
    validTo: Type.Union([IsoDate, Type.Null()]),
    purposes: Type.Array(PurposeName),
    /** Sections that it covers, for what is sent and for what is seen. */
    sections: Type.Union([Type.Literal("all"), Type.Array(Section)]),
  },
  closed,
);

/** A limit on a whole organisation's view (EXC-16). All parts that are given must hold. */
const ServiceLimit = Type.Object(
  {
    /** Said to the reader when the limit refuses. */
    words: Words,
    /** Only people younger than this, in whole years. */
    ageUnder: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Only people in one of these services: the relationship or the reason has to name it. */
    services: Type.Optional(Type.Array(Slug, { minItems: 1 })),
  },
  closed,
);

/** That the organisation itself keeps strict role-based access, as it was shown and checked (ACC-10). */
const RbacEvidence = Type.Object({ /** What was shown, in words. */ evidence: Words, checkedOn: IsoDate, /** Last day on which it counts. */ validTo: IsoDate }, closed);

const Application = Type.Object({ reference: Words, approvedBy: Words, approvedOn: IsoDate, validTo: Type.Union([IsoDate, Type.Null()]) }, closed);

/** Where this region sends what it delivers to an organisation, beside the page on which its staff see it. */
const Mesh = Type.Object(
  {
    mailbox: MeshMailbox,
    /** What is sent, each with its workflow. */
    workflows: Type.Object({ documents: MeshWorkflow }, closed),
    /** The role that a delivery is decided for: nothing is sent that this role could not see there. */
    readAs: Slug,
  },
  closed,
);

/** Its system that looks at the audit log and says that it only grew (AUD-09). */
const WitnessOfLog = Type.Object({ /** Public key as C2SP writes it, with the algorithm byte of cosignatures: `name+id+base64`. */ key: Words }, closed);

export const OrganisationSchema = Type.Object(
  {
    odsCode: OdsCode,
    /** True only where the code was checked against published ODS data. */
    odsCodeVerified: Type.Boolean(),
    name: Words,
    /** What staff of the region call it where lines are short; the name where there is none. */
    shortName: Type.Optional(Words),
    /** Other names under which its sources and readers know it. */
    aliases: Type.Array(Words),
    type: OrganisationTypeName,
    town: Type.Optional(Words),
    /** Where to ring to ask about a record. */
    phone: Type.Union([Words, Type.Null()]),
    dataProtectionOfficer: Type.Union([Type.Object({ title: Words, contact: Words }, closed), Type.Null()]),
    /** Earlier names, hosts and forms, oldest first. */
    history: Type.Array(
      Type.Object({ words: Words, from: Type.Union([IsoDate, Type.Null()]), to: Type.Union([IsoDate, Type.Null()]) }, closed),
    ),
    /** What it does in the programme: `source`, `viewer`, `commissioner`, `platform` and so on. */
    plays: Type.Array(Slug),
    memberOf: Type.Array(OdsCode),
    units: Type.Array(Type.Object({ id: Slug, name: Words }, closed)),
    agreement: Type.Union([Agreement, Type.Null()]),
    onboarding: Type.Union([
      Type.Object({ completedOn: IsoDate, dsptValidTo: Type.Union([IsoDate, Type.Null()]), /** Wanted before its staff open records. */ rbac: Type.Optional(RbacEvidence) }, closed),
      Type.Null(),
    ]),
    /** May its staff open persons' records at all. */
    mayView: Type.Boolean(),
    /** Whose data its staff may see (ACC-15: the two directions are separate permissions). */
    mayViewDataOf: Type.Union([Type.Literal("all"), Type.Array(OrganisationTypeName)]),
    serviceLimit: Type.Union([ServiceLimit, Type.Null()]),
    /** How its staff sign in: by NHS CIS2 where it is not given, or by passkey where it has no CIS2. */
    signIn: Type.Optional(Type.Enum(["cis2", "passkey"])),
    /** What its staff may do at most, whatever their role; everything where it is not given (ACC-13: no printing on a site that cannot keep paper). */
    actions: Type.Optional(Type.Array(ActionName)),
    /** A voluntary or community organisation views nothing until its own application was approved, case by case (ORG-18). */
    application: Type.Optional(Application),
    mesh: Type.Optional(Mesh),
    auditWitness: Type.Optional(WitnessOfLog),
  },
  closed,
);

export type Organisation = Readonly<Static<typeof OrganisationSchema>>;

/** What stands between an organisation and a purpose, or `in-force`. */
export type AgreementState = "in-force" | "none" | "not-yet" | "ended" | "purpose-not-covered";

/**
 * Whether the organisation's agreement covers a purpose on a day.
 * @param day calendar date in the region's zone, `2026-11-21`
 */
export function agreementState(organisation: Organisation, purpose: string, day: string): AgreementState {
  const { agreement } = organisation;
  if (agreement === null) return "none";
  if (day < agreement.signedOn) return "not-yet";
  if (agreement.validTo !== null && day > agreement.validTo) return "ended";
  return (agreement.purposes as readonly string[]).includes(purpose) ? "in-force" : "purpose-not-covered";
}

/** True when the organisation needs no application to view records, or has an approved one in force (ORG-18). */
export function isApplicationApproved(organisation: Organisation, day: string): boolean {
  if (organisation.type !== "voluntary") return true;
  const { application } = organisation;
  return application !== undefined && day >= application.approvedOn && (application.validTo === null || day <= application.validTo);
}

/** What is missing or has run out before its staff may open records, in words; empty when nothing is (ONB-02, ONB-04, ACC-10). */
export function onboardingGaps({ onboarding }: Pick<Organisation, "onboarding">, day: string): string[] {
  if (onboarding === null || day < onboarding.completedOn) return ["Onboarding is not complete."];
  const { dsptValidTo, rbac } = onboarding;
  const gaps: string[] = [];
  if (dsptValidTo !== null && day > dsptValidTo) gaps.push("The Data Security and Protection Toolkit assessment has lapsed.");
  if (rbac === undefined || day < rbac.checkedOn) gaps.push("There is no evidence of its own role-based access.");
  else if (day > rbac.validTo) gaps.push("The evidence of its own role-based access has run out.");
  return gaps;
}

/** True when nothing of onboarding is missing and nothing has lapsed. */
export const isOnboarded = (organisation: Organisation, day: string): boolean => onboardingGaps(organisation, day).length === 0;

/** Organisations whose systems witness the audit log, with the key by which they cosign. */
export const witnessesOf = (region: { readonly organisations: readonly Organisation[] }): { readonly organisation: string; readonly key: string }[] => region.organisations.flatMap(({ odsCode, auditWitness }) => (auditWitness === undefined ? [] : [{ organisation: odsCode, key: auditWitness.key }]));
