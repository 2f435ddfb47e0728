// Times in Norway. Guests have no time zone data, so the rule of the European Union stands here.
import { Refused } from "./problem.ts";

const HOUR = 3_600_000;
/** 01:00 UTC on the last Sunday of a month. */
const change = (year: number, month: number) => {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, last.getUTCDate() - last.getUTCDay(), 1);
};
const offset = (instant: number) => {
  const year = new Date(instant).getUTCFullYear();
  return instant >= change(year, 2) && instant < change(year, 9) ? 2 : 1;
};

/** Returns an RFC 3339 time as a clock in Norway shows it, with its offset. */
export function oslo(time: string): string {
  const instant = Date.parse(time);
  if (Number.isNaN(instant) || !/(Z|[+-]\d\d:\d\d)$/i.test(time)) throw new Refused("time", "Et tidspunkt er ikke riktig: ventet dato, klokkeslett og tidssone.");
  const hours = offset(instant);
  return `${new Date(instant + hours * HOUR).toISOString().slice(0, 19)}+0${hours}:00`;
}

/** Adds the offset to a time on a clock in Norway, such as `2026-08-20T10:15`. In the hour that comes twice it is the first one. */
export function fromOslo(local: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?$/.exec(local);
  const clock = parts && `${parts[1]}T${parts[2]}${parts[3] ?? ":00"}`;
  const asUtc = clock ? Date.parse(`${clock}Z`) : Number.NaN;
  if (!clock || Number.isNaN(asUtc)) throw new Refused("time", "Et tidspunkt er ikke riktig: ventet dato og klokkeslett.");
  const hours = [2, 1].find((h) => offset(asUtc - h * HOUR) === h);
  if (hours === undefined) throw new Refused("time", "Et tidspunkt finnes ikke: klokken ble stilt fram.");
  return `${clock}+0${hours}:00`;
}
