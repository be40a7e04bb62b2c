let calls = 0;

export default function call(...values) {
  calls += 1;
  console.log(calls, typeof values[0], new.target !== undefined);
  return 1;
}
