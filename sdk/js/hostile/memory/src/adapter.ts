import type { Adapter } from "@bindeledd/adapter";

const adapter: Adapter = {
  read() {
    const all: unknown[] = []; for (;;) all.push(new Uint8Array(1_000_000).fill(1));
    return { nothing: "never" };
  },
  write: () => ({ method: "post", path: "/" }),
};
export default adapter;
