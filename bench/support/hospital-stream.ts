/** Simulated Hospital's stream again and again, each time with people, NHS numbers and control ids of its own. */
import { simulatedHospital } from "#test/outside-data.ts";

export type HospitalMessage = { bytes: Buffer; controlId: string; /** Whose it is: messages of one person keep their order. */ person: string };

const stream = (): ReturnType<typeof simulatedHospital> => (kept ??= simulatedHospital());
let kept: ReturnType<typeof simulatedHospital> | undefined;

/** The stream's 506 messages, as the `repeat`th time; equal arguments give equal messages. */
export function hospitalMessages(repeat: number): HospitalMessage[] {
  return stream().map((message) => {
    const controlId = `B${repeat}-${message.controlId}`;
    const person = message.segments.find((segment) => segment[0] === "PID")?.[2]?.split("^")[0] ?? "";
    const segments = message.segments.map((segment) => [...segment]);
    segments[0]![9] = controlId;
    const text = segments.map((segment) => segment.join("|")).join("\r").replaceAll(person, `${person}R${repeat}`).replace(/\b\d{10}(?=\^\^\^NHSNBR)/, (number) => anotherNumber(number, repeat));
    return { bytes: Buffer.from(`${text}\r`, "latin1"), controlId, person: `${person}R${repeat}` };
  });
}

/** Another valid NHS number for each repeat of a person: eight people, not one person eight times. */
function anotherNumber(number: string, repeat: number): string {
  for (let nine = (Number(number.slice(0, 9)) + repeat * 104_729_001) % 1_000_000_000; ; nine = (nine + 1) % 1_000_000_000) {
    const digits = String(nine).padStart(9, "0");
    const check = 11 - ([...digits].reduce((sum, digit, index) => sum + Number(digit) * (10 - index), 0) % 11);
    if (check !== 10) return `${digits}${check % 11}`;
  }
}

/** The repeats from `first` on, shared out over connections: all messages of one person over one of them, in order. */
export function laneQueues(first: number, repeats: number, connections: number): HospitalMessage[][] {
  const queues: HospitalMessage[][] = Array.from({ length: connections }, () => []);
  const connectionOf = new Map<string, number>();
  for (let repeat = first; repeat < first + repeats; repeat++) {
    for (const message of hospitalMessages(repeat)) {
      if (!connectionOf.has(message.person)) connectionOf.set(message.person, connectionOf.size % connections);
      queues[connectionOf.get(message.person)!]!.push(message);
    }
  }
  return queues;
}
