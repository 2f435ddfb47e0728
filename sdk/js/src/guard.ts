// What the engine has of time and randomness is that of the build, the same in every call: it throws, and tells the remedy.
import { Misuse } from "./problem.ts";

const gone = (what: string, remedy: string) => () => { throw new Misuse(`${what} is not there: use ${remedy}`); };

/** Takes time and randomness away, and returns the way back. */
export function guard(): () => void {
  const scope = globalThis as unknown as { Date: DateConstructor; crypto?: { randomUUID?: unknown } };
  const [date, random] = [scope.Date, Math.random];
  const uuid = scope.crypto?.randomUUID;
  const none = gone("new Date() without a time", "context.now");
  scope.Date = new Proxy(date, {
    apply: none,
    construct: (target, args, self) => (args.length === 0 ? none() : Reflect.construct(target, args, self)),
    get: (target, name) => (name === "now" ? gone("Date.now", "context.now") : Reflect.get(target, name)),
  });
  Math.random = gone("Math.random", "context.uuid(label)");
  if (scope.crypto) {
    Object.defineProperty(scope.crypto, "randomUUID", { configurable: true, value: gone("crypto.randomUUID", "context.uuid(label)") });
  }
  return () => {
    scope.Date = date;
    Math.random = random;
    if (scope.crypto) Object.defineProperty(scope.crypto, "randomUUID", { configurable: true, writable: true, value: uuid });
  };
}
