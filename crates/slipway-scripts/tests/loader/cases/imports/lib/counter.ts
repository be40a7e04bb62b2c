export let count = 0;
export { count as size };

export function grow(): void {
  count += 1;
}
[count] = [count];
