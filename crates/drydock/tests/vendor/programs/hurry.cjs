'use strict';
// Loaded before a program (`node --require`): the vendor's client polls a job after 1, 2, 3 … whole seconds, whatever the
// server does. Here such a second lasts 20 ms. Its code and everything else about time stay as they are: the timeout of a
// request (30 s and more) too.

const LONGEST_WAIT = 10_000;
const TIMES_FASTER = 50;

const { setTimeout: waitFor } = globalThis;

globalThis.setTimeout = Object.assign(
  (callback, delay, ...rest) => {
    const isWait = delay > 0 && delay <= LONGEST_WAIT && delay % 1000 === 0;
    return waitFor(callback, isWait ? delay / TIMES_FASTER : delay, ...rest);
  },
  waitFor,
);
