// Code nodes: the body of a function over items, perhaps async, with a console.
(function (kit) {
  'use strict';
  const { apply } = Reflect;
  const OwnPromise = Promise;
  const { then } = Promise.prototype;
  const resolve = (value) => OwnPromise.resolve(value);
  const MOST_LINES = 999;
  const MOST_LINE_TEXT = 200_000;
  const HEADER_LINES = 1;

  let call = null;
  let entry = null;
  let lines = 0;
  let lineText = 0;
  let timers = [];
  let state = 'done'; // running | waiting | done
  let values = [];
  let failed = null;
  let at = 0;
  let clock = 0;

  function show(value) {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (typeof value === 'function') return `[function ${value.name}]`;
    if (value === undefined || typeof value === 'symbol' || typeof value === 'bigint') return String(value);
    try {
      return JSON.stringify(value);
    } catch {
      return '[circular]';
    }
  }
  // Sent at once: should the code be stopped, its last line is what tells why.
  function log(level, list) {
    if (lines > MOST_LINES) return;
    const isFull = lines === MOST_LINES || lineText >= MOST_LINE_TEXT;
    lines = isFull ? MOST_LINES + 1 : lines + 1;
    const message = isFull ? '… further lines were left out' : list.map(show).join(' ').slice(0, 10_000);
    lineText += message.length;
    const text = kit.encode([isFull ? 'warning' : level, message]);
    try {
      kit.say(text);
    } catch {
      // What the other realm throws, for want of stack, must not be seen in this one.
    }
  }
  const levels = { log: 'info', info: 'info', debug: 'debug', trace: 'debug', warn: 'warning', error: 'error', table: 'info', dir: 'info' };
  const consoleView = Object.fromEntries(Object.entries(levels).map(([name, level]) => [name, (...list) => log(level, list)]));

  let nextTimer = 0;
  const setTimer = (callback, delay, ...list) => {
    if (typeof callback !== 'function') throw new TypeError('setTimeout needs a function');
    timers.push({ id: (nextTimer += 1), due: clock + Math.max(0, Number(delay) || 0), run: () => callback(...list) });
    return nextTimer;
  };
  const clearTimer = (id) => {
    timers = timers.filter((timer) => timer.id !== id);
  };

  kit.exposed.push(consoleView, setTimer, clearTimer);
  const fixed = () => ({
    console: consoleView,
    setTimeout: setTimer,
    clearTimeout: clearTimer,
    queueMicrotask: (callback) => void apply(then, resolve(), [callback]),
    structuredClone: (value) => JSON.parse(JSON.stringify(value)),
    ...kit.natural,
  });
  const FIXED = Object.keys(fixed());
  const ROOTS = Object.keys(kit.roots).filter((name) => name !== 'Error');
  const NAMES = [...FIXED, ...ROOTS, 'items', 'item'];

  function code(source) {
    const used = NAMES.filter((name) => source.includes(name));
    const isAsync = /\bawait\b/.test(source);
    return {
      names: used,
      // A body cannot close the function it is compiled as: the parser takes it as a whole.
      body: isAsync ? `"use strict"; return (async () => {\n${source}\n})()` : `"use strict";\n${source}\n`,
      check: '',
      source,
    };
  }

  kit.prepareCode = function prepareCode(next) {
    call = next;
    call.shared ??= {};
    call.nodes ??= {};
    call.whole = true;
    kit.begin(call);
    lines = 0;
    lineText = 0;
    timers = [];
    values = [];
    failed = null;
    at = 0;
    clock = 0;
    state = 'running';
    entry = kit.entry('c', call.source, code);
    return kit.wanted([entry]);
  };

  function argumentsFor(index) {
    const given = fixed();
    const wrap = (json, item) => ({ json, pairedItem: { item } });
    return entry.names.map((name) => {
      if (name in given) return given[name];
      if (name === 'items') return call.items.map(wrap);
      if (name === 'item') return wrap(call.items[index] ?? {}, index);
      return kit.roots[name]();
    });
  }

  function place(error) {
    const stack = typeof error?.stack === 'string' ? error.stack : '';
    const found = new RegExp(`${entry.key}:(\\d+):(\\d+)`).exec(stack);
    return found ? { line: Number(found[1]) - HEADER_LINES, column: Number(found[2]) } : { line: null, column: null };
  }
  function fail(error) {
    state = 'done';
    try {
      const name = error instanceof Error && error.name !== 'Error' ? `${String(error.name)}: ` : '';
      failed = { ...kit.describe(error), ...place(error) };
      failed.message = name + failed.message;
    } catch {
      failed = { message: 'The code failed', hint: '', line: null, column: null };
    }
    failed.item = call.per === 'item' ? at : null;
  }
  function keep(value) {
    values.push(kit.encode(value));
    at += 1;
  }
  const isPending = (value) => value instanceof OwnPromise;

  // Runs on until a promise has to be waited for.
  function advance() {
    const count = call.per === 'item' ? call.items.length : 1;
    try {
      while (at < count) {
        kit.turn(at);
        const value = apply(entry.fn, undefined, argumentsFor(at));
        if (isPending(value)) {
          state = 'waiting';
          apply(then, value, [
            (result) => {
              state = 'running';
              try {
                keep(result);
              } catch (error) {
                fail(error);
              }
            },
            fail,
          ]);
          return;
        }
        keep(value);
      }
      state = 'done';
    } catch (error) {
      fail(error);
    }
  }

  kit.performCode = function performCode() {
    if (entry.error) {
      const { message, line, column } = entry.error;
      state = 'done';
      failed = { message: `SyntaxError: ${message}`, hint: 'check the brackets, quotes and commas', line: Math.max(1, line - HEADER_LINES), column, item: null };
      return reply();
    }
    advance();
    return state === 'done' ? reply() : '';
  };
  // Milliseconds to sleep before the next timer is due.
  kit.pause = function pause() {
    if (state !== 'waiting' || !timers.length) return 0;
    timers.sort((a, b) => a.due - b.due);
    return Math.max(0, timers[0].due - clock);
  };
  kit.proceed = function proceed() {
    if (state === 'running') advance();
    else if (state === 'waiting' && timers.length) {
      const timer = timers.shift();
      clock = Math.max(clock, timer.due);
      try {
        timer.run();
      } catch (error) {
        fail(error);
      }
    } else if (state === 'waiting') {
      fail(new kit.ExpressionFault('The code waits for something that never comes', 'a promise was never resolved'));
    }
    return state === 'done' ? reply() : '';
  };
  function reply() {
    const size = values.reduce((sum, text) => sum + text.length, 0);
    if (kit.tooMuch(size)) return '{"failed":"output"}';
    return failed ? `{"error":${kit.encode(failed)}}` : `{"values":[${values.join(',')}]}`;
  }
});
