/** What a schema cannot say about a region pack: references between its files, and contradictions. */
import { isResourceType, isSectionId, parseNhsNumber, SECTION_TAG } from "#standards";
import { isWitnessKey } from "#audit";
import type { FeedFormat } from "./feed.ts";
import { sectionsOf, sectionsThatCouldWithhold } from "./matrix.ts";
import { MADE_PLACES, type FileLayout } from "./file-layout.ts";
import { roleFor } from "./role.ts";
import type { RegionData } from "./region.ts";
import type { RegionFault } from "./problems.ts";

/** Every fault between the files of a pack that each pass their own schema. */
export function checkReferences(data: RegionData): RegionFault[] {
  return [
    ...duplicates("organisations.json", data.organisations.map((each) => each.odsCode)),
    ...duplicates("feeds.json", data.feeds.map((each) => each.id)),
    ...duplicates("feeds.json", data.feeds.map((each) => JSON.stringify(each.transport))),
    ...duplicates("roles.json", data.roles.map((each) => each.id)),
    ...Object.keys(data.summaryViews.roles).flatMap((role) => (data.roles.some((each) => each.id === role) ? [] : [unknown("summary.json", `/roles/${role}`, "role", role)])),
    ...duplicates("own-record.json", data.ownRecord.keptBack.map((each) => each.id), "/keptBack"),
    ...data.ownRecord.officers.flatMap(({ organisation, professional }, index) => (data.professionals.some((each) => each.uid === professional && each.profiles.some((profile) => profile.organisation === organisation)) ? [] : [unknown("own-record.json", `/officers/${index}`, `professional of ${organisation}`, professional)])),
    ...duplicates("matrix.json", data.matrix.roles.map((each) => each.role), "/roles"),
    ...duplicates("professionals.json", data.professionals.map((each) => each.uid)),
    ...duplicates("hosts.json", data.hosts.map((each) => each.id)),
    ...duplicates("organisations.json", data.organisations.flatMap((each) => each.mesh?.mailbox ?? [])),
    ...duplicates("organisations.json", data.organisations.flatMap((each) => each.auditWitness?.key ?? [])),
    ...organisationFaults(data),
    ...feedFaults(data),
    ...matrixFaults(data),
    ...professionalFaults(data),
    ...hostFaults(data),
    ...purposeFaults(data),
    ...roleFaults(data),
    ...(data.rules.sharedRecord === undefined || data.organisations.some((each) => each.odsCode === data.rules.sharedRecord) ? [] : [unknown("region.json", "/sharedRecord", "organisation", data.rules.sharedRecord)]),
    ...duplicates("region.json", data.rules.identityOffice.map((each) => each.role), "/identityOffice"),
    ...data.rules.identityOffice.flatMap(({ role }, index) => (data.roles.some((each) => each.id === role) ? [] : [unknown("region.json", `/identityOffice/${index}/role`, "role", role)])),
    ...(data.roles.some((each) => each.id === data.rules.objections.office) ? [] : [unknown("region.json", "/objections/office", "role", data.rules.objections.office)]),
    ...data.rules.objections.deciders.flatMap((role, index) => (data.roles.some((each) => each.id === role && each.purposes.includes("direct-care")) ? [] : [unknown("region.json", `/objections/deciders/${index}`, "role of direct care", role)])),
    ...(data.rules.passkeys?.administrators ?? []).flatMap((role, index) => (data.roles.some((each) => each.id === role) ? [] : [unknown("region.json", `/passkeys/administrators/${index}`, "role", role)])),
    ...codeMapFaults(data),
    ...duplicates("letters", data.letters.map((each) => each.id)),
    ...duplicates("layouts", data.layouts.map((each) => each.id)),
    ...data.layouts.flatMap((layout) => layoutFaults(layout)),
  ];
}

function duplicates(file: string, keys: readonly string[], base = ""): RegionFault[] {
  const first = new Map<string, number>();
  return keys.flatMap((key, index) => {
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, index);
      return [];
    }
    return [{ file, path: `${base}/${index}`, code: "governance.duplicate" as const, message: `${key} is already given at ${base}/${before}` }];
  });
}

function unknown(file: string, path: string, what: string, key: string): RegionFault {
  return { file, path, code: "governance.unknown-reference", message: `${key} is not a known ${what}` };
}

function contradiction(file: string, path: string, message: string): RegionFault {
  return { file, path, code: "governance.contradiction", message };
}

function organisationFaults({ organisations, roles, rules }: RegionData): RegionFault[] {
  const file = "organisations.json";
  const codes = new Set(organisations.map((each) => each.odsCode));
  return organisations.flatMap((organisation, index) => {
    const faults: RegionFault[] = [];
    organisation.memberOf.forEach((code, at) => {
      if (!codes.has(code)) faults.push(unknown(file, `/${index}/memberOf/${at}`, "organisation", code));
    });
    if (organisation.mayView && organisation.agreement === null) faults.push(contradiction(file, `/${index}/mayView`, "may view, but no agreement is signed"));
    if (organisation.mayView && organisation.type === "voluntary" && organisation.application === undefined) faults.push(contradiction(file, `/${index}/mayView`, "is a voluntary organisation and may view, but no application of it was approved"));
    if (organisation.mayView && organisation.onboarding === null) faults.push(contradiction(file, `/${index}/mayView`, "may view, but was never onboarded"));
    if (organisation.mesh !== undefined && !roles.some((role) => role.id === organisation.mesh!.readAs)) faults.push(unknown(file, `/${index}/mesh/readAs`, "role", organisation.mesh.readAs));
    if (organisation.auditWitness !== undefined && !isWitnessKey(organisation.auditWitness.key)) faults.push(contradiction(file, `/${index}/auditWitness/key`, "is no key of a witness as C2SP writes it (name+id+base64, algorithm byte 4)"));
    if (organisation.signIn === "passkey" && rules.passkeys === undefined) faults.push(contradiction(file, `/${index}/signIn`, "signs in by passkey, but region.json does not say who invites"));
    const { agreement } = organisation;
    if (agreement?.validTo && agreement.validTo < agreement.signedOn) faults.push(contradiction(file, `/${index}/agreement/validTo`, "ends before it was signed"));
    return faults;
  });
}

/** A layout that names what it does not have: columns, places of templates, types and sections of FHIR. */
function layoutFaults(layout: FileLayout): RegionFault[] {
  const file = `layouts/${layout.id}.json`;
  const faults: RegionFault[] = [];
  const column = (name: string, path: string): void => {
    if (layout.columns[name] === undefined) faults.push(unknown(file, path, "column", name));
  };
  if (layout.kindColumn !== undefined) column(layout.kindColumn, "/kindColumn");
  else if (Object.keys(layout.kinds).length !== 1) faults.push(contradiction(file, "/kinds", "must be one where no column says which kind a row is"));
  column(layout.recordColumn, "/recordColumn");
  if (layout.action) column(layout.action.column, "/action/column");
  layout.required.forEach((name, index) => column(name, `/required/${index}`));
  for (const [field, name] of Object.entries(layout.person)) column(name, `/person/${field}`);
  const owner = new Map<string, string>();
  for (const [name, { aliases = [], format, values, dates }] of Object.entries(layout.columns)) {
    for (const heading of [name, ...aliases]) {
      if (owner.has(heading)) faults.push(contradiction(file, `/columns/${name}`, `heading ${heading} means ${owner.get(heading)} already`));
      owner.set(heading, name);
    }
    if (format === "code" && values === undefined) faults.push(contradiction(file, `/columns/${name}`, "a code needs the values that it may have"));
    if (dates !== undefined && format !== "date" && format !== "date-time") faults.push(contradiction(file, `/columns/${name}/dates`, "is for dates alone"));
  }
  for (const [name, kind] of Object.entries(layout.kinds)) {
    kind.required.forEach((each, index) => column(each, `/kinds/${name}/required/${index}`));
    kind.resources.forEach((resource, index) => {
      const path = `/kinds/${name}/resources/${index}`;
      if (!isResourceType(resource.resourceType)) faults.push(unknown(file, `${path}/resourceType`, "FHIR R4 resource type", resource.resourceType));
      for (const tag of (resource as { meta?: { tag?: { system?: string; code?: string }[] } }).meta?.tag ?? []) if (tag.system === SECTION_TAG && !isSectionId(tag.code ?? "")) faults.push(unknown(file, `${path}/meta/tag`, "section", String(tag.code)));
      for (const [, place] of JSON.stringify(resource).matchAll(/\{\{(.+?)\}\}/g)) if (layout.columns[place!] === undefined && !MADE_PLACES.includes(place!)) faults.push(unknown(file, path, "column", place!));
    });
  }
  return faults;
}

/** How messages of a format may arrive. */
const ARRIVES: Readonly<Record<FeedFormat, readonly string[]>> = { hl7v2: ["mllp", "mesh"], "fhir-r4": ["http", "mesh"], csv: ["http", "mesh"], "gp-connect-stu3": ["http"] };

function feedFaults({ feeds, organisations, layouts }: RegionData): RegionFault[] {
  const file = "feeds.json";
  const byCode = new Map(organisations.map((each) => [each.odsCode, each]));
  return feeds.flatMap((feed, index) => {
    const organisation = byCode.get(feed.organisation);
    if (organisation === undefined) return [unknown(file, `/${index}/organisation`, "organisation", feed.organisation)];
    const faults: RegionFault[] = [];
    if (!ARRIVES[feed.format].includes(Object.keys(feed.transport)[0]!)) faults.push(contradiction(file, `/${index}/transport`, `${feed.format} does not arrive this way`));
    if (feed.format === "csv") faults.push(...fileFeedFaults(feed, `/${index}/options`, layouts));
    if (feed.agreementRequired && organisation.agreement === null) faults.push(contradiction(file, `/${index}/agreementRequired`, `${organisation.name} has signed no agreement`));
    const covered = sectionsOf(organisation.agreement?.sections ?? "all");
    feed.supplies.forEach((section, at) => {
      if (!covered.includes(section)) faults.push(contradiction(file, `/${index}/supplies/${at}`, `${section} is not covered by the agreement of ${organisation.name}`));
    });
    return faults;
  });
}

/** A map belongs to a feed, and a code of it leads to one place. */
function codeMapFaults({ codeMaps, feeds }: RegionData): RegionFault[] {
  const file = "code-maps.json";
  const known = new Set(feeds.map((each) => each.id));
  return [
    ...codeMaps.flatMap((map, index) => (known.has(map.feed) ? [] : [unknown(file, `/${index}/feed`, "feed", map.feed)])),
    ...duplicates(file, codeMaps.flatMap((map) => map.codes.map((each) => `${map.feed} ${map.system} ${each.code}`))),
  ];
}

function fileFeedFaults({ options = {} }: RegionData["feeds"][number], path: string, layouts: readonly FileLayout[]): RegionFault[] {
  const file = "feeds.json";
  const { layout = "", load = "incremental", mostRemovedPercent = "20" } = options;
  return [
    ...(layouts.some((each) => each.id === layout) ? [] : [unknown(file, `${path}/layout`, "layout", layout === "" ? "nothing" : layout)]),
    ...(load === "full" || load === "incremental" ? [] : [contradiction(file, `${path}/load`, `${load} is neither full nor incremental`)]),
    ...(/^\d{1,3}$/.test(mostRemovedPercent) && Number(mostRemovedPercent) <= 100 ? [] : [contradiction(file, `${path}/mostRemovedPercent`, "must be a whole number from 0 to 100")]),
  ];
}

function matrixFaults({ matrix, roles }: RegionData): RegionFault[] {
  const file = "matrix.json";
  const byId = new Map(roles.map((each) => [each.id, each]));
  const faults = roles
    .filter((role) => !matrix.roles.some((row) => row.role === role.id))
    .map((role) => contradiction(file, "/roles", `role ${role.id} has no row`));
  matrix.roles.forEach((row, index) => {
    const role = byId.get(row.role);
    if (role === undefined) return void faults.push(unknown(file, `/roles/${index}/role`, "role", row.role));
    const sees = sectionsOf(row.sees);
    for (const section of row.mayWithhold) {
      if (!sees.includes(section)) faults.push(contradiction(file, `/roles/${index}/mayWithhold`, `${section} is not seen by ${role.id} at all`));
    }
    for (const section of sectionsThatCouldWithhold(matrix, sees, role.labels)) {
      if (!row.mayWithhold.includes(section)) {
        faults.push(contradiction(file, `/roles/${index}/mayWithhold`, `lacks ${section}, where a label that ${role.id} does not hold may occur`));
      }
    }
  });
  return faults;
}

function professionalFaults({ professionals, organisations, roles }: RegionData): RegionFault[] {
  const file = "professionals.json";
  const byCode = new Map(organisations.map((each) => [each.odsCode, each]));
  return professionals.flatMap((professional, index) => {
    const faults: RegionFault[] = [];
    if (professional.ownNhsNumber !== null && !parseNhsNumber(professional.ownNhsNumber).ok) {
      faults.push(contradiction(file, `/${index}/ownNhsNumber`, "fails the check digit"));
    }
    professional.profiles.forEach((profile, at) => {
      const path = `/${index}/profiles/${at}`;
      const organisation = byCode.get(profile.organisation);
      if (organisation === undefined) return void faults.push(unknown(file, `${path}/organisation`, "organisation", profile.organisation));
      if (profile.unit !== undefined && !organisation.units.some((unit) => unit.id === profile.unit)) faults.push(unknown(file, `${path}/unit`, `unit of ${organisation.name}`, profile.unit));
      if (profile.national && organisation.signIn === "passkey") faults.push(contradiction(file, `${path}/national`, `${organisation.name} signs in by passkey: the national directory holds no role there`));
      const mapped = roleFor(roles, profile.sourceRole, organisation, profile.areaOfWork ?? null);
      if (mapped?.id !== profile.role) faults.push(contradiction(file, `${path}/role`, `${profile.sourceRole} maps to ${mapped?.id ?? "no role"}, not to ${profile.role}`));
    });
    return faults;
  });
}

/** Every purpose that a role or an agreement names stands in the register, once. */
function purposeFaults({ purposes, roles, organisations }: RegionData): RegionFault[] {
  const known = new Set<string>(purposes.map((each) => each.id));
  return [
    ...duplicates("purposes.json", purposes.map((each) => each.id)),
    ...roles.flatMap((role, index) => role.purposes.filter((each) => !known.has(each)).map((each) => unknown("roles.json", `/${index}/purposes`, "purpose", each))),
    ...organisations.flatMap((organisation, index) => (organisation.agreement?.purposes ?? []).filter((each) => !known.has(each)).map((each) => unknown("organisations.json", `/${index}/agreement/purposes`, "purpose", each))),
  ];
}

/** Labels that no role may hold: what the law bars, and what a person sealed (an emergency opens the one, nothing the other). */
const HELD_BY_NOBODY = ["legally-barred", "sealed", "sealed-locked"] as const;

function roleFaults({ roles }: RegionData): RegionFault[] {
  return roles.flatMap((role, index) => HELD_BY_NOBODY.filter((label) => role.labels.includes(label)).map((label) => contradiction("roles.json", `/${index}/labels`, `${label} can be given to no role`)));
}

function hostFaults({ hosts, organisations }: RegionData): RegionFault[] {
  const file = "hosts.json";
  const codes = new Set(organisations.map((each) => each.odsCode));
  return hosts.flatMap((host, index) => {
    const faults: RegionFault[] = [];
    if (!codes.has(host.organisation)) faults.push(unknown(file, `/${index}/organisation`, "organisation", host.organisation));
    if (!host.demonstration && host.publicKey === null) faults.push(contradiction(file, `/${index}/publicKey`, "a host that is no demonstration needs a public key"));
    return faults;
  });
}
