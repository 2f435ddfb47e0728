import type { Adapter } from "@bindeledd/adapter";

const adapter: Adapter = {
  read() {
    const all: (() => number)[] = []; for (let i = 0; ; i++) all.push(() => i);
    return { nothing: "never" };
  },
  write: () => ({ method: "post", path: "/" }),
};
export default adapter;
