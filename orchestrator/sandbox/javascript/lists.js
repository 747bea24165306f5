// Extension methods of arrays and objects.
(function (kit) {
  'use strict';
  const fault = (message, hint) => new kit.ExpressionFault(message, hint);
  const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && !kit.isDate(value);

  function equal(a, b) {
    if (Object.is(a, b)) return true;
    if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
    if (kit.isDate(a) || kit.isDate(b)) return kit.isDate(a) && kit.isDate(b) && a.valueOf() === b.valueOf();
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const names = Object.keys(a);
    return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]));
  }
  const has = (list, value) => list.some((entry) => equal(entry, value));
  const distinct = (list) => {
    const seen = new Set();
    const objects = [];
    return list.filter((entry) => {
      if (entry === null || typeof entry !== 'object') return !seen.has(entry) && seen.add(entry);
      return !has(objects, entry) && objects.push(entry);
    });
  };
  const pick = (entry, names) => (names.length ? Object.fromEntries(names.map((name) => [name, entry?.[name]])) : entry);
  const numbers = (list, name) =>
    list.map((entry) => {
      const value = typeof entry === 'string' ? parseFloat(entry) : entry;
      if (typeof value !== 'number' || (Number.isNaN(value) && typeof entry === 'string')) {
        throw fault(`${name}() needs numbers, but the list holds ${JSON.stringify(entry)}`, `use .map(…).${name}() on a number field`);
      }
      return value;
    });
  const blank = (value) => value === null || value === undefined || value === '' || value === 'nil';
  const compact = (value) => {
    if (Array.isArray(value)) return value.filter((entry) => !blank(entry)).map((entry) => (typeof entry === 'object' ? compact(entry) : entry));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, entry]) => !blank(entry))
        .map(([name, entry]) => [name, typeof entry === 'object' ? compact(entry) : entry]),
    );
  };
  // Earlier entries win, as in a list of overrides.
  const gather = (list) => {
    const out = {};
    for (const entry of list) if (isObject(entry)) for (const name of Object.keys(entry)) out[name] ??= entry[name];
    return out;
  };
  const needList = (value, name) => {
    if (!Array.isArray(value)) throw fault(`${name}() needs a list`, `write ${name}([…])`);
    return value;
  };

  function unique(...names) {
    if (!names.length) return distinct(this);
    const seen = [];
    return this.filter((entry) => {
      const key = pick(entry, names);
      return !has(seen, key) && seen.push(key);
    });
  }
  const average = function () {
    return this.length ? numbers(this, 'average').reduce((sum, next) => sum + next, 0) / this.length : 0;
  };
  const nothing = () => undefined;

  kit.install(Array.prototype, {
    unique,
    removeDuplicates: unique,
    average,
    mergeIntoObject() {
      return Object.assign({}, ...this.filter(isObject), ...Array.from(arguments).flat().filter(isObject));
    },
    first() {
      return this[0];
    },
    last() {
      return this[this.length - 1];
    },
    pluck(...names) {
      const wanted = names.flat();
      if (!wanted.length) return this;
      return this.map((entry) => (wanted.length === 1 ? entry?.[wanted[0]] : pick(entry, wanted))).filter((entry) => entry !== undefined);
    },
    randomItem() {
      return this[Math.floor(Math.random() * this.length)];
    },
    sum() {
      return numbers(this, 'sum').reduce((sum, next) => sum + next, 0);
    },
    min() {
      return Math.min(...numbers(this, 'min'));
    },
    max() {
      return Math.max(...numbers(this, 'max'));
    },
    isEmpty() {
      return this.length === 0;
    },
    isNotEmpty() {
      return this.length > 0;
    },
    compact() {
      return compact(this);
    },
    smartJoin(key, value) {
      if (!key || !value) throw fault('smartJoin needs two names', 'write smartJoin("name", "value")');
      return Object.fromEntries(this.filter((entry) => entry && Object.hasOwn(entry, key)).map((entry) => [entry[key], entry[value]]));
    },
    chunk(size) {
      if (!(size > 0)) throw fault('chunk needs a size above 0', 'write chunk(10)');
      return Array.from({ length: Math.ceil(this.length / size) }, (_, at) => this.slice(at * size, (at + 1) * size));
    },
    renameKeys(...names) {
      if (!names.length || names.length % 2) throw fault('renameKeys needs pairs of names', 'write renameKeys("old", "new")');
      const renamed = new Map(Array.from({ length: names.length / 2 }, (_, at) => [names[2 * at], names[2 * at + 1]]));
      return this.map((entry) =>
        isObject(entry) ? Object.fromEntries(Object.entries(entry).map(([name, value]) => [renamed.get(name) ?? name, value])) : entry,
      );
    },
    merge(others) {
      // Place by place, then all into one: what an entry already has stays.
      const list = others === undefined ? [] : needList(others, 'merge');
      if (others === undefined) return gather(this);
      const longest = Math.max(this.length, list.length);
      const out = {};
      for (let at = 0; at < longest; at += 1) {
        const mine = isObject(this[at]) ? this[at] : {};
        const other = isObject(list[at]) ? list[at] : {};
        if (at >= list.length) continue;
        for (const name of Object.keys(mine)) out[name] ??= mine[name];
        for (const name of Object.keys(other)) out[name] ??= other[name];
      }
      return out;
    },
    union(others) {
      return distinct([...this, ...needList(others, 'union')]);
    },
    difference(others) {
      needList(others, 'difference');
      return this.filter((entry) => !has(others, entry));
    },
    intersection(others) {
      needList(others, 'intersection');
      return distinct(this.filter((entry) => has(others, entry)));
    },
    append(...more) {
      return [...this, ...more.flat(1)];
    },
    toJsonString() {
      return JSON.stringify(this);
    },
    toInt: nothing,
    toFloat: nothing,
    toBoolean: nothing,
    toDateTime: nothing,
  });

  const query = (value, prefix) =>
    Object.entries(value).flatMap(([name, entry]) => {
      const key = prefix ? `${prefix}[${name}]` : name;
      if (entry !== null && typeof entry === 'object') return query(entry, key);
      return [`${encodeURIComponent(key)}=${encodeURIComponent(String(entry))}`];
    });
  const without = (value, test) => Object.fromEntries(Object.entries(value).filter(([name, entry]) => !test(name, entry)));
  const contains = (text) => (_, entry) => typeof entry === 'string' && entry.includes(text);
  const needText = (text, name) => {
    if (typeof text !== 'string' || text === '') throw fault(`${name} needs a text`, `write ${name}("text")`);
    return text;
  };

  // Called for plain objects; anything with a method of that name uses its own.
  kit.objectMethods = {
    __proto__: null,
    isEmpty: (value) => Object.keys(value).length === 0,
    isNotEmpty: (value) => Object.keys(value).length > 0,
    hasField: (value, name) => Object.hasOwn(value, name),
    removeField: (value, name) => without(value, (key) => key === name),
    removeFieldsContaining: (value, text) => without(value, contains(needText(text, 'removeFieldsContaining'))),
    keepFieldsContaining: (value, text) => {
      const test = contains(needText(text, 'keepFieldsContaining'));
      return without(value, (name, entry) => !test(name, entry));
    },
    compact,
    urlEncode: (value) => query(value, '').join('&'),
    keys: (value) => Object.keys(value),
    values: (value) => Object.values(value),
    merge: (value, other) => ({ ...other, ...value }),
    toJsonString: (value) => JSON.stringify(value),
    toInt: nothing,
    toFloat: nothing,
    toBoolean: nothing,
    toDateTime: nothing,
  };
});
