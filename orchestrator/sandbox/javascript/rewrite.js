// Two small changes to what people write, before it is compiled.
// Objects are bags of fields, so their extension methods must not look like fields:
// `x.keys(…)` becomes `x[method](…)`, found on Object.prototype under a symbol.
// Input data does not change: where a method that works in place is used, each `$json`
// stands for a copy.
(function (kit) {
  'use strict';
  const names = Object.keys(kit.objectMethods);
  const QUICK = new RegExp(String.raw`\.\s*(?:${names.join('|')})\s*\(`);
  const CALL = new RegExp(String.raw`(\?)?\.\s*(${names.join('|')})(?=\s*\()`, 'y');
  const MUTATES = /\.\s*(?:reverse|sort|splice|push|pop|shift|unshift|fill|copyWithin)\s*\(/;
  const DATA = /\$json(?=\s*(?:\?\.|\.|\[))/y;
  const copy = Symbol('copy');
  const symbols = { copy };
  Object.defineProperty(Object.prototype, copy, {
    get() {
      return JSON.parse(JSON.stringify(this));
    },
  });
  for (const name of names) {
    const symbol = Symbol(name);
    const method = kit.objectMethods[name];
    symbols[name] = symbol;
    Object.defineProperty(Object.prototype, symbol, {
      value(...values) {
        const own = this[name];
        if (typeof own === 'function') return own.apply(this, values);
        return method(this, ...values);
      },
    });
  }
  kit.methodSymbols = symbols;

  const KEYWORD_BEFORE_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|instanceof|new|delete|void|throw|do|else)\s*$/;
  const regexMayFollow = (before) => {
    const text = before.trimEnd();
    return text === '' || !/[\w$)\]}"'`]$/.test(text) || KEYWORD_BEFORE_REGEX.test(text);
  };
  const SKIPPED = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/y;
  const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//y;

  function match(pattern, source, at) {
    pattern.lastIndex = at;
    return pattern.exec(source);
  }

  // Walks the code; inside a template literal only its ${ } parts are code.
  kit.rewrite = function rewrite(source) {
    const mutates = MUTATES.test(source);
    if (!mutates && !QUICK.test(source)) return source;
    let out = '';
    const depths = []; // open braces of each ${ } we are inside
    let inTemplate = false;
    for (let at = 0; at < source.length; ) {
      const char = source[at];
      let piece = char;
      let used = 1;
      if (inTemplate) {
        if (char === '\\') piece = source.slice(at, (used = 2) + at);
        else if (char === '`') inTemplate = false;
        else if (source.startsWith('${', at)) {
          depths.push(0);
          inTemplate = false;
          piece = '${';
          used = 2;
        }
      } else {
        const skipped = match(SKIPPED, source, at) ?? (char === '/' && regexMayFollow(source.slice(0, at)) ? match(REGEX, source, at) : null);
        const call = skipped ? null : match(CALL, source, at);
        if (skipped) {
          piece = skipped[0];
          used = piece.length;
        } else if (call) {
          piece = `${call[1] ? '?.' : ''}[$$method.${call[2]}]`;
          used = call[0].length;
        } else if (mutates && char === '$' && !/[\w$.]/.test(source[at - 1] ?? '') && match(DATA, source, at)) {
          piece = '$json[$$method.copy]';
          used = 5;
        } else if (char === '`') inTemplate = true;
        else if (char === '{' && depths.length) depths[depths.length - 1] += 1;
        else if (char === '}' && depths.length) {
          if (depths.at(-1) === 0) {
            depths.pop();
            inTemplate = true;
          } else depths[depths.length - 1] -= 1;
        }
      }
      out += piece;
      at += used;
    }
    return out;
  };
});
