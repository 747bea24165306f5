// Answers calls. A call comes and goes as JSON text; nothing of it outlives the answer except
// compiled sources, which hold no data.
(function (kit) {
  'use strict';
  const { DateTime } = luxon;
  const { apply } = Reflect;
  const OwnPromise = Promise;
  const MOST_SOURCES = 4000;
  const sources = new Map();
  let nextKey = 0;
  let call = null;
  let maxOutput = 0;

  // `new Error().stack` tells about the harness; expressions get an Error without it.
  function PlainError(message, options) {
    return new Error(message, options);
  }
  PlainError.prototype = Error.prototype;
  delete PlainError.name;
  kit.roots.Error = () => PlainError;
  kit.exposed.push(PlainError, kit.methodSymbols);

  const ROOT_NAMES = Object.keys(kit.roots);
  const mentioned = (source) => ROOT_NAMES.filter((name) => source.includes(name));
  const IMPORT = /\bimport\s*(?:\/[/*]|[(.])/;
  kit.mayBeAsync = (source) => /async|await|Promise|then|queueMicrotask/.test(source);

  kit.entry = function entry(kind, source, make) {
    const id = `${kind}:${source}`;
    let found = sources.get(id);
    if (found === undefined) {
      found = { key: `${kind}${(nextKey += 1)}`, fn: null, error: null, ...make(source) };
      if (IMPORT.test(source)) found.error = { message: 'import is not available here', line: 1, column: 0 };
      if (sources.size >= MOST_SOURCES) sources.delete(sources.keys().next().value);
      sources.set(id, found);
    }
    return found;
  };
  const byKey = new Map();
  kit.wanted = function wanted(entries) {
    byKey.clear();
    const missing = entries.filter((entry) => entry.fn === null && entry.error === null);
    for (const entry of missing) byKey.set(entry.key, entry);
    return missing.length ? JSON.stringify(missing.map(({ key, names, body, check }) => [key, names, body, check])) : '';
  };
  kit.define = (key, fn) => {
    byKey.get(key).fn = fn;
  };
  kit.refuse = (key, message, line, column) => {
    byKey.get(key).error = { message, line, column };
  };

  function expression(source) {
    const text = source.replace(/[;\s]+$/, '');
    const rewritten = kit.rewrite(text);
    const roots = mentioned(text);
    return {
      names: ['$$method', ...roots],
      roots: roots.map((name) => kit.roots[name]),
      body: `"use strict"; return (\n${rewritten}\n)`,
      check: `"use strict";[\n${rewritten}\n]`,
      source: text,
      lingers: /async/.test(text),
    };
  }

  let entries = [];
  kit.prepare = function prepare(text) {
    call = JSON.parse(text);
    maxOutput = call.max_output;
    if (call.kind === 'code') return kit.prepareCode(call);
    kit.begin(call);
    entries = call.sources.map((source) => kit.entry('e', source, expression));
    return kit.wanted(entries);
  };
  kit.mayLinger = () => (call.kind === 'code' ? kit.mayBeAsync(call.source) : entries.some((entry) => entry.lingers));

  // What is missing is undefined, as in n8n; a misspelt $name is worth an error.
  function isMissing(error) {
    if (error instanceof TypeError) return /^Cannot read properties of (?:undefined|null)/.test(error.message);
    return error instanceof ReferenceError && !error.message.startsWith('$');
  }
  const ELSEWHERE = {
    $secrets: 'secrets are read by credentials alone, never by expressions',
    $getWorkflowStaticData: 'the nodes Remember and Recall keep values between runs; $memory reads them',
    $evaluateExpression: 'an expression cannot be made of text; write it out',
    $fromAI: 'only a tool of an agent has values that a model fills in',
  };
  const HINTS = [
    [/^(\$\w*) is not defined/, (name) => ELSEWHERE[name] ?? `there is no ${name}; names are $json, $input, $('Node'), $now, $run, $workflow, $vars, …`],
    [/^(.*) is not a function/, (name) => `check that ${name.split('.').pop()} exists for this kind of value`],
    [/call stack size/, () => 'the expression calls itself too often'],
  ];
  kit.describe = function describe(error) {
    let message = 'The expression failed';
    let hint = '';
    try {
      if (error instanceof Error) {
        message = String(error.message) || String(error.name);
        hint = typeof error.hint === 'string' ? error.hint : '';
      } else message = typeof error === 'string' ? error : `Thrown: ${kit.encode(error)}`;
      for (const [pattern, make] of HINTS) {
        const match = hint ? null : pattern.exec(message);
        if (match) hint = make(match[1] ?? '');
      }
    } catch {
      // An error object can be made to throw when looked at: the general sentence stands.
    }
    return { message: message.slice(0, 2000), hint: hint.slice(0, 500) };
  };

  const bigAsText = (_, value) => (typeof value === 'bigint' ? value.toString() : value);
  const special = (_, value) => {
    if (Number.isNaN(value)) return { $nan: true };
    if (value === Infinity) return { $inf: true };
    return value;
  };
  const LONE = /\\\\|\\ud[89a-f][0-9a-f]{2}/g;
  const keepPairs = (match) => (match.length === 2 ? match : '\ufffd');

  // JSON text of any value; undefined and functions become null.
  kit.encode = function encode(value) {
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return 'null';
    if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
    let text;
    try {
      text = JSON.stringify(value);
    } catch (error) {
      if (!/BigInt/.test(error?.message)) throw error;
      text = JSON.stringify(value, bigAsText);
    }
    if (text === undefined) return 'null';
    return text.includes('\\ud') ? text.replace(LONE, keepPairs) : text;
  };
  function encodeExactly(value) {
    return value === undefined ? '{"$undefined":true}' : (JSON.stringify(value, special) ?? '{}');
  }
  function asText(value) {
    if (value === undefined) return '';
    if (typeof value === 'string') return value;
    if (value instanceof Date) return value.toISOString();
    if (DateTime.isDateTime(value)) return value.toISO();
    return String(value);
  }
  function notAsync(value) {
    if (value instanceof OwnPromise) {
      throw new kit.ExpressionFault('An expression must give its value at once', 'remove async, or use a Code node');
    }
    return value;
  }

  function evaluateOne(entry, text) {
    if (entry.error) throw entry;
    const { roots } = entry;
    const values = [kit.methodSymbols];
    for (let at = 0; at < roots.length; at += 1) values.push(roots[at]());
    const value = notAsync(apply(entry.fn, undefined, values));
    if (text) return kit.encode(asText(value));
    return call.exact ? encodeExactly(value) : kit.encode(value);
  }

  function failure(error, entry) {
    if (error === entry) {
      const { message, line, column } = entry.error;
      // The first line of the body is ours; columns count within the line of the source.
      const before = entry.source.split('\n').slice(0, Math.max(line - 2, 0)).join('\n').length;
      const position = before + (line > 2 ? 1 : 0) + column;
      return { message, hint: 'check the brackets, quotes and commas of the expression', position: Math.min(position, entry.source.length) };
    }
    return { ...kit.describe(error), position: null };
  }

  function evaluateRow(row, errors) {
    const out = [];
    for (let at = 0; at < entries.length; at += 1) {
      try {
        out.push(evaluateOne(entries[at], call.as_text?.[at] === true));
      } catch (error) {
        if (isMissing(error)) {
          out.push(call.as_text?.[at] ? '""' : call.exact ? '{"$undefined":true}' : 'null');
          continue;
        }
        const { message, hint, position } = failure(error, entries[at]);
        errors.push([row, at, message, hint, position]);
        out.push('null');
      }
    }
    return `[${out.join(',')}]`;
  }

  kit.tooMuch = (size) => size > maxOutput;
  kit.perform = function perform() {
    if (call.kind === 'code') return kit.performCode(call);
    const count = call.indexes ? call.indexes.length : call.items.length;
    const errors = [];
    const rows = [];
    let size = 0;
    for (let row = 0; row < count; row += 1) {
      kit.turn(row);
      const text = evaluateRow(row, errors);
      size += text.length;
      if (kit.tooMuch(size)) return '{"failed":"output"}';
      rows.push(text);
    }
    return `{"rows":[${rows.join(',')}],"errors":${errors.length ? kit.encode(errors) : '[]'}}`;
  };
});
