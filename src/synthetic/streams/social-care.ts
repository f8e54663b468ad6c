import { britishDay, isoDay } from "../calendar.ts";
import type { PackageFact } from "../population/life.ts";
import type { Person } from "../population/person.ts";
import type { View } from "../views/view.ts";

/** One record of a council's extract: only the columns that it fills. */
export type SocialRow = {
  readonly at: Date;
  readonly feedId: string;
  readonly cells: Readonly<Record<string, string>>;
};

/** The cells that say whose row it is, as this council has them. */
export function personCells(view: View): Record<string, string> {
  return {
    person_id: view.localId,
    nhs_number: view.nhsNumber ?? "",
    nhs_number_status: view.nhsNumber === null ? "" : view.status,
    family_name: view.family,
    given_names: view.given.join(" "),
    date_of_birth: britishDay(view.birthDate),
    gender: view.sex === "male" ? "Male" : view.sex === "female" ? "Female" : "Not known",
  };
}

/** A council's record of a client: address, language and who to call. */
export function clientRow(view: View, person: Person, feedId: string, at: Date): SocialRow {
  return {
    at,
    feedId,
    cells: {
      record_type: "client",
      record_id: `${view.localId}-0`,
      ...personCells(view),
      title: view.title,
      address: view.address?.line ?? "",
      town: view.address?.town ?? "",
      postcode: view.address?.postcode ?? "",
      phone: view.phone ?? "",
      ethnicity: person.ethnicity,
      language: person.language,
    },
  };
}

/** What a package of care leaves in the council's system. */
export function packageRows(
  view: View,
  person: Person,
  fact: PackageFact,
  feedId: string,
  child: boolean,
  index: number,
): SocialRow[] {
  const row = (kind: string, at: Date, cells: Record<string, string>): SocialRow => ({
    at,
    feedId,
    cells: { record_type: kind, record_id: `${view.localId}-${kind}${index}`, ...personCells(view), ...cells },
  });
  const start = britishDay(isoDay(fact.from));
  const before = new Date(fact.from.getTime() - 10 * 86_400_000);
  const kin = person.nextOfKin;
  return [
    row("assessment", before, {
      type: child ? "Child and family assessment" : "Care Act assessment",
      start_date: britishDay(isoDay(before)),
      outcome: "Eligible needs found",
      worker_name: fact.worker,
      worker_role: "Social worker",
      worker_phone: "01632 960100",
      said_by: "professional",
    }),
    ...(child
      ? []
      : [
          row("support-reason", before, {
            description: fact.reason,
            start_date: start,
            active_status: fact.to === null ? "Open" : "Closed",
          }),
        ]),
    row("package", fact.from, {
      type: fact.kind,
      provider: fact.provider,
      start_date: start,
      end_date: fact.to === null ? "" : britishDay(isoDay(fact.to)),
      episode_status: fact.to === null ? "Open" : "Closed",
      funding: "Local authority",
      worker_name: fact.worker,
      provider_phone: "01632 960200",
      provider_hours: "every day 7am to 10pm",
    }),
    row("worker", fact.from, {
      worker_name: fact.worker,
      worker_role: "Allocated social worker",
      team: child ? "Children's social work team" : "Adult community team",
      active_status: fact.to === null ? "Open" : "Closed",
      start_date: start,
      worker_phone: "01632 960100",
      worker_hours: "Monday to Friday 9am to 5pm",
    }),
    ...(kin === null
      ? []
      : [
          row("personal-contact", fact.from, {
            contact_name: kin.name,
            relationship: kin.relationship,
            contact_phone: kin.phone,
            rank: "1",
          }),
        ]),
    row("contact", new Date(fact.from.getTime() + 86_400_000), {
      type: "Review visit",
      recorded_at: `${britishDay(isoDay(fact.from))} 14:00`,
      channel: "Home visit",
      worker_name: fact.worker,
      worker_role: "Social worker",
      description: "Package reviewed",
      outcome: "Continue as planned",
      team: "Community team",
    }),
  ];
}

const HEADINGS = [
  "record_type",
  "record_id",
  "person_id",
  "nhs_number",
  "nhs_number_status",
  "title",
  "family_name",
  "given_names",
  "date_of_birth",
  "gender",
  "address",
  "town",
  "postcode",
  "phone",
  "ethnicity",
  "language",
  "type",
  "description",
  "detail",
  "outcome",
  "start_date",
  "end_date",
  "review_date",
  "recorded_at",
  "worker_name",
  "worker_role",
  "team",
  "worker_phone",
  "worker_hours",
  "provider_phone",
  "provider_hours",
  "support_type",
  "agreed_with",
  "provider",
  "funding",
  "location_of_document",
  "contact_name",
  "relationship",
  "contact_phone",
  "contact_address",
  "rank",
  "channel",
  "legal_status",
  "said_by",
  "episode_status",
  "active_status",
  "plan_status",
  "equipment_status",
  "decision",
  "date_of_death",
] as const;

/** A council's file: a heading, one row a record, CRLF, quotes where a cell needs them. */
export function councilCsv(rows: readonly SocialRow[]): Buffer {
  const lines = rows.map((row) => HEADINGS.map((name) => quoted(row.cells[name] ?? "")).join(","));
  return Buffer.from(`${[HEADINGS.join(","), ...lines].join("\r\n")}\r\n`);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
