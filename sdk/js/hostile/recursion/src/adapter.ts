import type { Adapter } from "@bindeledd/adapter";

const adapter: Adapter = {
  read() {
    const down = (n: number): number => 1 + down(n + 1); down(0);
    return { nothing: "never" };
  },
  write: () => ({ method: "post", path: "/" }),
};
export default adapter;
