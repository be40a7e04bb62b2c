// What `using` and `await using` become calls of: `u` and `a` hold a resource, `e` is what the block threw, `d` disposes.
const babelHelpers = {
  usingCtx() {
    for (const name of ['dispose', 'asyncDispose']) {
      if (!Symbol[name]) Object.defineProperty(Symbol, name, { value: Symbol.for(`Symbol.${name}`) });
    }
    const nothing = {};
    const held = [];
    const hold = (resource, waits) => {
      const isNone = resource === null || resource === undefined;
      if (!isNone && Object(resource) !== resource) throw new TypeError('Object expected');
      const dispose = isNone ? () => {} : ((waits ? resource[Symbol.asyncDispose] : undefined) ?? resource[Symbol.dispose]);
      if (typeof dispose !== 'function') throw new TypeError('Object not disposable');
      if (!isNone || waits) held.push({ resource, dispose, waits });
      return resource;
    };
    const both = (error, suppressed) => {
      const message = 'An error was suppressed during disposal';
      if (typeof SuppressedError === 'function') return new SuppressedError(error, suppressed, message);
      return Object.assign(new Error(message), { name: 'SuppressedError', error, suppressed });
    };
    return {
      e: nothing,
      u: (resource) => hold(resource, false),
      a: (resource) => hold(resource, true),
      d() {
        const fail = (error) => (this.e = this.e === nothing ? error : both(error, this.e));
        const next = () => {
          while (held.length > 0) {
            const { resource, dispose, waits } = held.pop();
            try {
              const disposed = dispose.call(resource);
              if (waits) return Promise.resolve(disposed).then(next, (error) => (fail(error), next()));
            } catch (error) {
              fail(error);
            }
          }
          if (this.e !== nothing) throw this.e;
        };
        return next();
      },
    };
  },
};
