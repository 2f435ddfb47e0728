import type { Adapter } from "@bindeledd/adapter";

const adapter: Adapter = {
  read() {
    for (;;);
    return { nothing: "never" };
  },
  write: () => ({ method: "post", path: "/" }),
};
export default adapter;
