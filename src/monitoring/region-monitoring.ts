/** The region's data for monitoring: settings, the staff register, the sealed list of well-known people, controls and policies. */
import type { Region } from "#governance";
import { Type, type Static } from "typebox";
import { Compile } from "typebox/compile";
import { readSettings, type Settings } from "./engine/settings.ts";

const closed = { additionalProperties: false } as const;
const Time = Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$" });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

/** What an employer's register says of one professional. Home details are compared and never shown. */
const StaffMember = Type.Object(
  {
    uid: Type.String({ pattern: "^\\d{12}$" }),
    home: Type.Union([Type.Object({ surname: Type.String(), postcode: Type.String(), firstLine: Type.String(), phone: Type.String() }, closed), Type.Null()]),
    leftOn: Type.Union([Day, Type.Null()]),
    /** Shifts of a usual week, Monday 1 to Sunday 7, in the region's time; `null`: no rota is kept. */
    rota: Type.Union([Type.Array(Type.Object({ days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 })), from: Time, to: Time, unit: Type.Optional(Type.String()) }, closed)), Type.Null()]),
  },
  closed,
);
const WellKnown = Type.Object({ /** The role that may see who is on the list; no page shows it to anybody else. */ seenBy: Type.String(), nhsNumbers: Type.Array(Type.String({ pattern: "^\\d{10}$" })) }, closed);
const Control = Type.Object({ id: Type.String({ pattern: "^[a-z0-9-]+$" }), words: Type.String(), source: Type.String(), everyDays: Type.Integer({ minimum: 1 }) }, closed);

export type StaffMember = Readonly<Static<typeof StaffMember>>;
export type Control = Readonly<Static<typeof Control>>;
/** A policy of the library: its file's name, its title, the line on version and dates, and its text. */
export type PolicyDocument = { readonly name: string; readonly title: string; readonly version: string; readonly text: string };
export type RegionMonitoring = { readonly settings: Settings; readonly staff: ReadonlyMap<string, StaffMember>; readonly wellKnown: readonly string[]; readonly controls: readonly Control[]; readonly policies: readonly PolicyDocument[] };

const files = { staff: Compile(Type.Array(StaffMember)), "well-known": Compile(WellKnown), controls: Compile(Type.Array(Control)) };

type Read = { readonly monitoring: RegionMonitoring | null; readonly faults: readonly string[] };
const kept = new WeakMap<Region, Read>();

/** What the region says of monitoring; `null` where its pack has no such folder, or a faulty one. */
export const monitoringOf = (region: Region): RegionMonitoring | null => read(region).monitoring;
/** Every fault in it, for the check of the configuration before a port opens. */
export const monitoringFaults = (region: Region): readonly string[] => read(region).faults;

function read(region: Region): Read {
  const known = kept.get(region);
  if (known !== undefined) return known;
  const made = readAnew(region);
  kept.set(region, made);
  return made;
}

function readAnew({ monitoring }: Region): Read {
  if (monitoring === null) return { monitoring: null, faults: [] };
  const settings = readSettings(monitoring.settings);
  const faults = settings.ok ? [] : [...settings.faults];
  for (const [name, value] of [["staff", monitoring.staff], ["well-known", monitoring.wellKnown], ["controls", monitoring.controls]] as const) if (!files[name].Check(value)) faults.push(...[...files[name].Errors(value)].map((each) => `monitoring/${name}.json${each.instancePath}: ${each.message}`));
  const policies = monitoring.policies.map(({ name, text }) => {
    const lines = text.split("\n");
    return { name, title: (lines[0] ?? "").replace(/^#\s*/, ""), version: lines.find((line) => line.startsWith("Version ")) ?? "", text };
  });
  for (const each of policies) if (each.title === "" || each.version === "") faults.push(`monitoring/${each.name}.md: begins with its title, and has a line "Version ..., in force from ..."`);
  if (faults.length > 0 || !settings.ok) return { monitoring: null, faults };
  const { nhsNumbers } = monitoring.wellKnown as Static<typeof WellKnown>;
  return { monitoring: { settings: settings.settings, staff: new Map((monitoring.staff as StaffMember[]).map((each) => [each.uid, each])), wellKnown: nhsNumbers, controls: monitoring.controls as Control[], policies }, faults };
}
