// Makes the realm immutable, so that one run can leave nothing behind for another.
(function (kit) {
  'use strict';
  const { getOwnPropertyDescriptors, getPrototypeOf, defineProperty, freeze, isFrozen } = Object;
  const { ownKeys, construct } = Reflect;
  const Global = globalThis;
  const FunctionPrototype = Function.prototype;
  const nothing = freeze({});

  // Names that n8n users may write without harm, and that give nothing.
  const EMPTY = `document Window window self globalThis prompt confirm alert eval uneval setTimeout setInterval
    setImmediate clearTimeout clearInterval clearImmediate queueMicrotask Function fetch XMLHttpRequest Promise
    Generator GeneratorFunction AsyncFunction AsyncGenerator AsyncGeneratorFunction WebAssembly Reflect Proxy
    escape unescape require module exports global Buffer Atomics ShadowRealm WeakRef FinalizationRegistry`.split(/\s+/);
  const KEPT_EMPTY = new Set(['Atomics', 'Proxy']);

  // Objects that outlive a call and that user code can get hold of.
  kit.exposed = [];

  // Formatters are costly, so libraries keep them: what they keep must not change either.
  for (const name of ['DateTimeFormat', 'NumberFormat', 'RelativeTimeFormat', 'ListFormat', 'PluralRules']) {
    const Natural = Intl[name];
    const Fixed = function (...options) {
      const made = construct(Natural, options, new.target ?? Fixed);
      if (typeof made.format === 'function') freeze(made.format);
      return freeze(made);
    };
    Object.defineProperties(Fixed, {
      name: { value: name },
      prototype: { value: Natural.prototype },
      supportedLocalesOf: { value: Natural.supportedLocalesOf },
    });
    defineProperty(Natural.prototype, 'constructor', { value: Fixed });
    Intl[name] = Fixed;
  }

  kit.natural = { Promise, Reflect, Proxy, escape, unescape, Error };

  // Intrinsics that no global names.
  function hidden() {
    const iterators = [[][Symbol.iterator](), new Map().entries(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)];
    const functions = [function* () {}, async function () {}, async function* () {}];
    const segments = new Intl.Segmenter().segment('a');
    const roots = [...iterators, ...functions, segments, segments[Symbol.iterator](), (function* () {})(), (async function* () {})()];
    if (typeof Iterator === 'function') {
      roots.push(Iterator.from({ next() {} }), [].values().map((x) => x));
    }
    return roots.map((root) => getPrototypeOf(root)).concat(functions.map((f) => f.prototype).filter(Boolean));
  }

  kit.freezeAll = function freezeAll(start, freezer, extra) {
    const seen = new Set();
    const queue = [start, ...(extra ?? [])];
    for (let at = 0; at < queue.length; at += 1) {
      const value = queue[at];
      if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue;
      seen.add(value);
      const descriptors = getOwnPropertyDescriptors(value);
      for (const key of ownKeys(descriptors)) {
        const { get, set } = descriptors[key];
        // Getters of the outer realm load parts of Node lazily: those are left alone.
        if ('value' in descriptors[key]) queue.push(descriptors[key].value);
        else queue.push(get, set);
      }
      queue.push(getPrototypeOf(value));
      if (value !== start || extra) {
        try {
          freezer(value);
        } catch {
          // A typed array with elements cannot be frozen; none is reachable from user code.
        }
      }
    }
    return seen.size;
  };

  // Frozen prototypes would forbid `error.name = …` or `object.toString = …` on their heirs
  // as well; these accessors let an heir have its own.
  function letHeirsOverride(prototype, names) {
    for (const name of names) {
      const { value } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
      if (value === undefined) continue;
      kit.exposed.push(value);
      defineProperty(prototype, name, {
        get() {
          return value;
        },
        set(own) {
          if (this === prototype) throw new TypeError(`“${name}” is shared and cannot be changed`);
          defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
        },
        enumerable: false,
        configurable: false,
      });
    }
  }

  function blockBuilders() {
    const builders = [function () {}, function* () {}, async function () {}, async function* () {}];
    for (const builder of builders) {
      const prototype = getPrototypeOf(builder);
      const blocked = function () {
        throw new TypeError('Building code from text is not allowed');
      };
      defineProperty(blocked, 'name', { value: prototype.constructor.name });
      defineProperty(blocked, 'prototype', { value: prototype });
      defineProperty(prototype, 'constructor', { value: blocked, writable: false, configurable: false });
    }
  }

  kit.seal = function seal() {
    blockBuilders();
    delete Array.fromAsync;
    Error.stackTraceLimit = 4;
    for (const name of ['$1', '$2', '$3', '$4', '$5', '$6', '$7', '$8', '$9', 'input', '$_', 'lastMatch', '$&', 'lastParen', '$+', 'leftContext', '$`', 'rightContext', "$'"]) {
      delete RegExp[name];
    }
    const errors = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError];
    for (const error of errors) letHeirsOverride(error.prototype, ['name', 'message', 'constructor', 'toString']);
    letHeirsOverride(Object.prototype, ['constructor', 'toString', 'valueOf', 'toLocaleString', 'hasOwnProperty']);
    letHeirsOverride(Array.prototype, ['toString', 'join', 'first', 'last', 'sum', 'min', 'max']);
    letHeirsOverride(FunctionPrototype, ['toString']);
    kit.natural.Function = FunctionPrototype.constructor;
    const extra = [...kit.exposed, ...hidden(), ...Object.values(kit.natural), kit.natural.Promise.prototype];
    for (const name of EMPTY) {
      if (KEPT_EMPTY.has(name)) continue;
      defineProperty(Global, name, { value: nothing, writable: false, configurable: false, enumerable: false });
    }
    for (const name of ownKeys(Global)) {
      if (name === 'console' || name === 'luxon' || name === 'SharedArrayBuffer') delete Global[name];
    }
    const wait = Object.getOwnPropertyDescriptor(Global, 'Atomics');
    if (wait) delete Global.Atomics.waitAsync, delete Global.Atomics.wait;
    defineProperty(Global, 'process', { value: freeze({ version: 'v22.0.0', pid: 1, env: nothing }), enumerable: false });
    kit.freezeAll(Global, freeze, extra);
  };
  kit.isSealed = () => isFrozen(Global);
});
