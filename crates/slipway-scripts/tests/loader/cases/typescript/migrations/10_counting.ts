export namespace Stats {
  export let done = 0;
  export var failed = 0;
  export function add(failing: boolean) {
    done += 1;
    if (failing) failed++;
    return { done, failed };
  }
}

export default async () => {
  Stats.add(false);
  Stats.add(true);
  Stats.done += 10;
  console.log(JSON.stringify(Stats.add(false)), Stats.done, Stats.failed);
};
