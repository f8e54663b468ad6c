/**
 * How far a referral came, from what sources told of it: sent, received, accepted,
 * appointment made, seen, discharged (PUR-04). A step that nobody told is "not told",
 * never "not done"; an appointment that was missed or cancelled stands where it
 * would have been kept. Two organisations' entries are one referral where they
 * share an identifier or one names the other. Pure.
 */
import type { Entry, EntryLine } from "#record";

export const REFERRAL_STEPS = ["sent", "received", "accepted", "appointment", "seen", "discharged"] as const;
export type ReferralStep = (typeof REFERRAL_STEPS)[number];

/** One thing that a source told of a step. */
export type StepFact = {
  readonly step: ReferralStep | "ended";
  /** The day or instant as the source gave it; `null` where it gave none. */
  readonly when: string | null;
  readonly who: string | null;
  /** What was told, where the step's name does not say it all. */
  readonly words: string | null;
  /** The step was tried and did not come about: missed, cancelled. */
  readonly failed: boolean;
  readonly entry: Entry;
};

export type ReferralCourse = {
  /** The newest entry of the referral itself, and all of them. */
  readonly lead: Entry;
  readonly entries: readonly Entry[];
  /** In the order of the steps, then of time. */
  readonly facts: readonly StepFact[];
  /** Letters and reports that name the referral. */
  readonly papers: readonly Entry[];
  /** The fact that tells how far it came. */
  readonly last: StepFact | null;
};

/** What versions of an entry said: an acceptance overwrites that it was received. */
export type EarlierLines = ReadonlyMap<string, readonly Version[]>;
type Version = { readonly line: EntryLine; readonly received: Date; readonly status: string };

/**
 * Every referral of a person with its course.
 * @param following rows that follow a request or an appointment, of any type
 * @param earlier versions of referrals by entry id, where they were read
 */
export function coursesOf(referrals: readonly Entry[], following: readonly Entry[], earlier: EarlierLines = new Map()): readonly ReferralCourse[] {
  return joined(referrals, following).map(({ entries, followers }) => courseOf(entries, followers, earlier));
}

/** The course of the referral that an entry belongs to, or `null`. */
export const courseOfEntry = (courses: readonly ReferralCourse[], entryId: string): ReferralCourse | null => courses.find(({ entries }) => entries.some((entry) => entry.id === entryId)) ?? null;

type Group = { entries: Entry[]; followers: Entry[]; keys: string[] };

const ownKeys = (entry: Entry): string[] => [`${entry.type}/${entry.id}`, ...(entry.line.requestIds ?? [])];

/** Same identifier: of one register, or of the same long value where a sender names no register. */
function meets(one: string, other: string): boolean {
  if (one === other) return true;
  const [system, value] = split(one);
  const [otherSystem, otherValue] = split(other);
  return value !== null && value === otherValue && value.length >= 8 && (system === "" || otherSystem === "");
}
const split = (key: string): [string, string | null] => {
  const at = key.lastIndexOf("|");
  return at < 0 ? [key, null] : [key.slice(0, at), key.slice(at + 1)];
};

function joined(referrals: readonly Entry[], following: readonly Entry[]): Group[] {
  let groups: Group[] = [];
  for (const entry of referrals) {
    const keys = [...ownKeys(entry), ...(entry.line.follows ?? [])];
    const mine = groups.filter((group) => group.keys.some((key) => keys.some((own) => meets(own, key))));
    const whole: Group = { entries: [...mine.flatMap((group) => group.entries), entry], followers: [], keys: [...mine.flatMap((group) => group.keys), ...keys] };
    groups = [...groups.filter((group) => !mine.includes(group)), whole];
  }
  for (const group of groups) {
    const waiting = new Set(following);
    // A visit may name the appointment and the appointment the referral.
    for (let found = true; found; ) {
      found = false;
      for (const entry of waiting) {
        if (!(entry.line.follows ?? []).some((key) => group.keys.some((known) => meets(known, key)))) continue;
        group.followers.push(entry);
        group.keys.push(`${entry.type}/${entry.id}`);
        waiting.delete(entry);
        found = true;
      }
    }
  }
  return groups;
}

const PAPERS: ReadonlySet<string> = new Set(["DocumentReference", "DiagnosticReport"]);
const told = (entry: Entry): string => entry.recorded ?? entry.received.toISOString();

function courseOf(entries: readonly Entry[], followers: readonly Entry[], earlier: EarlierLines): ReferralCourse {
  const byTime = entries.toSorted((a, b) => (a.sortTime ?? a.received).getTime() - (b.sortTime ?? b.received).getTime() || a.received.getTime() - b.received.getTime());
  // Only who receives a referral says how far it came; two that name the same day are told apart by that.
  const sender = byTime.find(({ line }) => line.referralState === undefined) ?? byTime[0]!;
  const facts = [...byTime.flatMap((entry) => ofReferral(entry, entry.organisation === sender.organisation, earlier.get(entry.id) ?? [])), ...followers.filter(({ type }) => !PAPERS.has(type)).flatMap((entry) => (entry.type === "Task" ? ofTask(entry, earlier.get(entry.id) ?? []) : ofFollower(entry)))];
  const rank = ({ step }: StepFact): number => (step === "ended" ? REFERRAL_STEPS.length : REFERRAL_STEPS.indexOf(step));
  const sorted = facts.toSorted((a, b) => rank(a) - rank(b) || timeOf(a.when) - timeOf(b.when));
  return { lead: byTime.at(-1)!, entries: byTime.toReversed(), facts: sorted, papers: followers.filter(({ type }) => PAPERS.has(type)), last: sorted.at(-1) ?? null };
}

const timeOf = (when: string | null): number => (when === null ? 0 : Date.parse(when) || 0);

function ofReferral(entry: Entry, isSenders: boolean, versions: readonly Version[]): StepFact[] {
  const { line, status } = entry;
  const facts: StepFact[] = [];
  const add = (step: StepFact["step"], when: string | null, who: string | null, words: string | null = null): void => void facts.push({ step, when, who, words, failed: false, entry });
  if (status === "entered-in-error") return facts;
  if (isSenders) add("sent", entry.when, line.from ?? null);
  const states = new Map<string, string | null>();
  for (const { line: then, received } of [...versions, { line, received: entry.received }].toSorted((a, b) => a.received.getTime() - b.received.getTime())) if (then.referralState !== undefined && !states.has(then.referralState)) states.set(then.referralState, then.referralStateAt ?? received.toISOString());
  // A receiver's own entry is word that it has the referral, whatever it says of it.
  const receivedAt = states.get("pending") ?? (isSenders || states.size > 0 ? undefined : told(entry));
  if (receivedAt !== undefined) add("received", receivedAt, line.to ?? null);
  if (states.has("accepted")) add("accepted", states.get("accepted")!, line.to ?? null);
  if (states.has("rejected")) add("ended", states.get("rejected")!, line.to ?? null, "Not accepted");
  else if (status === "revoked" || status === "rejected") add("ended", entry.received.toISOString(), null, status === "revoked" ? "Cancelled" : "Not accepted");
  if (status === "completed") add("discharged", states.get("expired") ?? entry.received.toISOString(), null, states.has("expired") ? "The period of the referral is over" : "The referral is closed");
  return facts;
}

const TASK_STEPS: Readonly<Record<string, StepFact["step"]>> = { received: "received", accepted: "accepted", ready: "accepted", "in-progress": "accepted", rejected: "ended", cancelled: "ended", failed: "ended", completed: "discharged" };

/** What a receiver's task said, version by version: each step once, when it was first said. */
function ofTask(entry: Entry, versions: readonly Version[]): StepFact[] {
  const facts = new Map<StepFact["step"], StepFact>();
  if (entry.status === "entered-in-error") return [];
  for (const { line, received, status } of [...versions, entry].toSorted((a, b) => a.received.getTime() - b.received.getTime())) {
    const step = TASK_STEPS[status];
    if (step === undefined || facts.has(step)) continue;
    facts.set(step, { step, when: line.referralStateAt ?? received.toISOString(), who: line.professional ?? entry.author, words: line.outcome ?? (step === "ended" ? (status === "rejected" ? "Not accepted" : "Cancelled") : null), failed: false, entry });
  }
  return [...facts.values()];
}

function ofFollower(entry: Entry): StepFact[] {
  const { type, status, line } = entry;
  const fact = (step: StepFact["step"], when: string | null, words: string | null, failed = false): StepFact => ({ step, when, who: line.professional ?? entry.author, words, failed, entry });
  if (status === "entered-in-error") return [];
  switch (type) {
    case "EpisodeOfCare":
      return [fact("accepted", line.start ?? entry.when, `Taken on: ${entry.display}`), ...(status === "finished" ? [fact("discharged", line.end ?? null, entry.display)] : [])];
    case "Appointment": {
      const made = fact("appointment", entry.recorded, null);
      if (status === "cancelled") return [{ ...made, failed: true, words: "Cancelled" }];
      if (status === "proposed" || status === "waitlist") return [{ ...made, words: "On a waiting list" }];
      return [made, ...(status === "fulfilled" || status === "arrived" || status === "checked-in" ? [fact("seen", line.start ?? entry.when, null)] : status === "noshow" ? [fact("seen", line.start ?? entry.when, "Did not attend", true)] : [])];
    }
    case "Encounter":
      if (status === "cancelled" || status === "planned") return [];
      return [fact("seen", line.start ?? entry.when, entry.display), ...(/discharge/i.test(line.outcome ?? "") ? [fact("discharged", line.end ?? line.start ?? null, line.outcome ?? null)] : [])];
    default:
      return [];
  }
}
