/*
 * What the hostile pages share: chance that is the same everywhere, values of every sort, and a stream of messages of
 * the protocol, whole and broken. A page brings the window it posts to and the methods it knows there.
 */

/** Numbers below `sides`, from a seed: the generator known as mulberry32. */
function dice(seed) {
  let state = seed >>> 0;
  const roll = (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % sides;
  };
  return { roll, pick: (list) => list[roll(list.length)] };
}

const cycle = () => {
  const ring = { penpal: "call" };
  ring.ring = ring;
  return ring;
};
const deep = () => Array.from({ length: 300 }).reduce((inner) => [inner], []);
/** Values that structured clone carries and JSON cannot say, or says differently. */
const odd = [cycle, deep, () => 10n, () => new Map([["a", 1]]), () => new Date(NaN), () => new ArrayBuffer(8), () => NaN];
const plain = [null, undefined, true, -1.5, 2 ** 53, "", "\u0000\ufffd\u{1f6a2}", "known", [], [[1, null]], ["a", { b: 1 }]];

/** What is no argument any method could take: no object, no word that leads anywhere. */
const anything = (chance) => (chance.roll(4) === 0 ? chance.pick(odd)() : chance.pick(plain));

/** A call as the protocol has it; what is called and with what is up to chance. */
function call(chance, id, methods) {
  const args = Array.from({ length: chance.roll(4) }, () => anything(chance));
  return { penpal: "call", id, methodName: chance.pick(methods), args };
}

/** The same with one of the fields that matter left out or of another type, or something else entirely. */
function spoiled(chance, message) {
  if (chance.roll(6) === 0) return anything(chance);
  const field = chance.pick(["penpal", "id", "methodName", "args"]);
  const { [field]: _, ...rest } = message;
  if (chance.roll(2) === 0) return rest;
  const wrong = { penpal: ["syn", 1, null, "CALL"], id: ["1", null, [1], {}], methodName: [null, 1, ["alert"]], args: [null, 5, {}] };
  return { ...rest, [field]: chance.pick(wrong[field]) };
}

const pause = () => new Promise((resolve) => setTimeout(resolve));

/**
 * Posts `count` messages as the real peer would and would not, and counts: of each kind, and of the calls among them
 * how many have been answered. Whatever says that it is a call and has a number for an id must be answered once.
 */
function attack(seed, post, methods) {
  const chance = dice(seed);
  const sent = [];
  const held = [];
  const awaited = new Map();
  const tally = { messages: 0, well_formed: 0, malformed: 0, duplicated: 0, reordered: 0, calls: 0, answered: 0, unasked: 0 };
  // Far from the ids of the honest part of the page.
  let id = 1_000_000;

  function send(kind, message) {
    tally.messages += 1;
    tally[kind] += 1;
    if (message?.penpal === "call" && typeof message.id === "number") {
      tally.calls += 1;
      awaited.set(message.id, (awaited.get(message.id) ?? 0) + 1);
    }
    post(message);
  }

  function next() {
    const roll = chance.roll(100);
    const fresh = call(chance, ++id, methods);
    if (roll < 35) send("malformed", spoiled(chance, fresh));
    else if (roll < 50 && sent.length > 0) send("duplicated", chance.pick(sent));
    else if (roll < 65 && held.length > 0) send("reordered", held.splice(chance.roll(held.length), 1)[0]);
    else if (roll < 75) held.push(fresh);
    // An answer nobody waits for.
    else if (roll < 80) send("malformed", { penpal: "reply", id, resolution: "fulfilled", returnValue: anything(chance) });
    else {
      sent.push(fresh);
      send("well_formed", fresh);
    }
  }

  return {
    tally,
    async run(count) {
      for (const end = tally.messages + count; tally.messages < end; ) {
        for (let burst = 0; burst < 50 && tally.messages < end; burst += 1) next();
        await pause();
      }
    },
    /** Takes in an answer of the other side; false if it is none of ours. */
    heard(reply) {
      if (reply.id < 1_000_000) return false;
      const left = awaited.get(reply.id) ?? 0;
      if (left > 0) tally.answered += 1;
      else tally.unasked += 1;
      awaited.set(reply.id, left - 1);
      return true;
    },
  };
}
