// Extension methods of strings, numbers and booleans.
(function (kit) {
  'use strict';
  const { DateTime } = luxon;

  kit.install = function install(prototype, methods) {
    for (const [name, value] of Object.entries(methods)) {
      Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
    }
  };
  const fault = (message, hint) => new kit.ExpressionFault(message, hint);

  const URL_PART = /((?:https?|ftp|file):\/\/)?(?:[\w-]+(?::[^@\s/]*)?@)?(localhost|\d{1,3}(?:\.\d{1,3}){3}|[\p{L}\d_-]+(?:\.[\p{L}\d_-]+)+)(?::\d{1,5})?(?:[/?#][^\s]*)?/iu;
  const URL_IN_TEXT = /(?:https?|ftp|file):\/\/(?:[\w.-]+(?::[^@\s/]*)?@)?(?:localhost|[\p{L}\d_-]+(?:\.[\p{L}\d_-]+)+)(?::\d{1,5})?(?:[/?#][^\s]*)?/iu;
  const EMAIL = /(?:[^<>()[\]\\.,;:\s@"]+(?:\.[^<>()[\]\\.,;:\s@"]+)*|"[^"\n]+")@(?:\[\d{1,3}(?:\.\d{1,3}){3}\]|(?:[\p{L}\d-]+\.)+[\p{L}]{2,})/iu;
  const DOMAIN = /^(?=.{1,253}$)(?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?\.)+[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])$/iu;
  const SPECIAL = { ß: 'ss', æ: 'ae', Æ: 'AE', ø: 'o', Ø: 'O', å: 'a', Å: 'A', œ: 'oe', Œ: 'OE', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', þ: 'th', Þ: 'TH', ð: 'd', Ð: 'D', ı: 'i' };

  const words = (text) => text.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[^\p{L}\p{N}\s_-]/gu, '').split(/[\s_-]+/u).filter(Boolean);
  const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
  const numberFrom = (text, read) => {
    const value = read(text.replaceAll(/(?<=\d),(?=\d{3})/g, ''));
    if (Number.isNaN(value)) throw fault(`“${text}” is not a number`, 'check the value before converting it');
    return value;
  };

  function toBoolean() {
    return !['', 'false', 'no', '0', 'off', 'null', 'undefined'].includes(String(this).trim().toLowerCase());
  }
  function toDateTime(format) {
    const text = String(this);
    if (format === 'ms') return DateTime.fromMillis(Number(text));
    if (format === 's') return DateTime.fromSeconds(Number(text));
    if (format === 'us') return DateTime.fromMillis(Math.round(Number(text) / 1000));
    const tries = format
      ? [DateTime.fromFormat(text, format)]
      : [DateTime.fromISO(text), DateTime.fromRFC2822(text), DateTime.fromHTTP(text), DateTime.fromSQL(text), DateTime.fromMillis(Date.parse(text))];
    const found = tries.find((moment) => moment.isValid);
    if (!found) throw fault(`“${text}” is not a date`, 'give its format: toDateTime("yyyy-MM-dd")');
    return found;
  }
  function toDate() {
    const date = new Date(String(this));
    if (Number.isNaN(date.getTime())) throw fault(`“${this}” is not a date`, 'use toDateTime(format) for other notations');
    // A date without a time begins at midnight.
    if (!/[:\s]/.test(this)) date.setHours(0, 0, 0, 0);
    return date;
  }
  const toInt = function (base) {
    return numberFrom(String(this), (text) => parseInt(text, base ?? 10));
  };
  const toFloat = function () {
    return numberFrom(String(this), parseFloat);
  };
  const isUrl = function () {
    const parts = /^(?:https?|ftp):\/\/([^\s/?#]+)(?:[/?#][^\s]*)?$/i.exec(this);
    return parts !== null && /^[^\s.]+(?:\.[^\s.]+)*(?::\d{1,5})?$/.test(parts[1]);
  };

  const TEXT64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  function base64Encode() {
    const bytes = kit.utf8(String(this));
    let out = '';
    for (let at = 0; at < bytes.length; at += 3) {
      const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      const left = bytes.length - at;
      out += TEXT64[group >> 18] + TEXT64[(group >> 12) & 63] + (left > 1 ? TEXT64[(group >> 6) & 63] : '=') + (left > 2 ? TEXT64[group & 63] : '=');
    }
    return out;
  }
  function base64Decode() {
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const char of String(this).replaceAll('-', '+').replaceAll('_', '/')) {
      const value = TEXT64.indexOf(char);
      if (value < 0) continue;
      held = (held << 6) | value;
      bits += 6;
      if (bits >= 8) bytes.push((held >> (bits -= 8)) & 255);
      held &= (1 << bits) - 1;
    }
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  }
  kit.utf8 = (text) => {
    const out = [];
    for (const char of text.toWellFormed ? text.toWellFormed() : text) {
      const code = char.codePointAt(0);
      if (code < 0x80) out.push(code);
      else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return out;
  };

  const HTML_TAG = /<\/?[a-z][^>]*>|<!--[\s\S]*?-->/gi;
  function removeMarkdown() {
    return String(this)
      .replace(HTML_TAG, '')
      .replace(/^\s*(?:```|~~~).*$/gm, '')
      .replace(/^[=-]{2,}\s*$/gm, '')
      .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/^\s{0,3}(?:>|#{1,6}|[*+-]|\d+\.)\s+/gm, '')
      .replace(/(\*\*|__|\*|_|~~)(?=\S)([\s\S]*?\S)\1/g, '$2')
      .replace(/`([^`]*)`/g, '$1');
  }

  kit.install(String.prototype, {
    toBoolean,
    toDateTime,
    toDate,
    toInt,
    toWholeNumber: toInt,
    toFloat,
    toDecimalNumber: toFloat,
    isUrl,
    base64Encode,
    base64Decode,
    removeMarkdown,
    toNumber() {
      return numberFrom(String(this), (text) => (text.trim() === '' ? NaN : Number(text)));
    },
    toJsonString() {
      return JSON.stringify(String(this));
    },
    parseJson() {
      try {
        return JSON.parse(String(this));
      } catch (error) {
        throw fault(`The text is not JSON: ${error.message}`, 'JSON wants double quotes around names and texts');
      }
    },
    hash(algorithm) {
      return kit.hash(String(this), algorithm);
    },
    removeTags() {
      return String(this).replace(HTML_TAG, '');
    },
    toSentenceCase() {
      return String(this).toLowerCase().replace(/(^\s*|[.!?]\s+)(\p{L})/gu, (_, lead, letter) => lead + letter.toUpperCase());
    },
    toTitleCase() {
      return String(this).replace(/\p{L}[\p{L}\p{N}'’]*/gu, (word) => (word === word.toUpperCase() && word.length > 1 ? word : capital(word.toLowerCase())));
    },
    toSnakeCase() {
      return words(String(this)).join('_').toLowerCase();
    },
    toCamelCase() {
      return words(String(this)).map((word, at) => (at ? capital(word.toLowerCase()) : word.toLowerCase())).join('');
    },
    urlEncode(entire) {
      return entire ? encodeURI(this) : encodeURIComponent(this);
    },
    urlDecode(entire) {
      return entire ? decodeURI(this) : decodeURIComponent(this);
    },
    quote(mark) {
      const sign = mark ?? '"';
      return `${sign}${String(this).replaceAll('\\', '\\\\').replaceAll(sign, `\\${sign}`)}${sign}`;
    },
    replaceSpecialChars() {
      return String(this).normalize('NFD').replace(/\p{M}/gu, '').replace(/[^\x00-\x7f]/g, (char) => SPECIAL[char] ?? char);
    },
    isDomain() {
      return DOMAIN.test(this);
    },
    isEmail() {
      const found = EMAIL.exec(this);
      return found !== null && found[0].length === this.length;
    },
    isNumeric() {
      return String(this).trim() !== '' && !Number.isNaN(Number(this));
    },
    isEmpty() {
      return this.length === 0;
    },
    isNotEmpty() {
      return this.length > 0;
    },
    extractEmail() {
      return EMAIL.exec(this)?.[0];
    },
    extractUrl() {
      return URL_IN_TEXT.exec(this)?.[0];
    },
    extractDomain() {
      const email = EMAIL.exec(this);
      if (email && !/:\/\//.test(this)) return email[0].slice(email[0].lastIndexOf('@') + 1);
      return URL_PART.exec(this)?.[2];
    },
    extractUrlPath() {
      const found = /^[a-z][a-z\d+.-]*:\/\/[^/?#\s]+([^?#\s]*)/i.exec(this);
      return found ? found[1] || '/' : undefined;
    },
  });

  const own = (method) =>
    function (...values) {
      return method(Number(this), ...values);
    };
  const places = (value, digits, round) => {
    const factor = 10 ** (digits ?? 0);
    return round(value * factor) / factor;
  };
  const wholeOnly = (value, name) => {
    if (!Number.isInteger(value)) throw fault(`${name}() needs a whole number, not ${value}`, 'round it first');
    return value;
  };
  kit.install(Number.prototype, {
    ceil: own(Math.ceil),
    floor: own(Math.floor),
    abs: own(Math.abs),
    round: own((value, digits) => places(value, digits, Math.round)),
    format: own((value, locale, options) => new Intl.NumberFormat(locale ?? 'en-US', options).format(value)),
    isInteger: own(Number.isInteger),
    isEven: own((value) => wholeOnly(value, 'isEven') % 2 === 0),
    isOdd: own((value) => Math.abs(wholeOnly(value, 'isOdd')) % 2 === 1),
    toBoolean: own((value) => value !== 0),
    toInt: own(Math.trunc),
    toFloat: own((value) => value),
    toNumber: own((value) => value),
    toJsonString: own((value) => JSON.stringify(value)),
    isEmpty: own(() => false),
    isNotEmpty: own(() => true),
    toDateTime: own((value, unit) => {
      if (unit === 's') return DateTime.fromSeconds(value);
      if (unit === 'us') return DateTime.fromMillis(value / 1000);
      if (unit === 'excel') return DateTime.fromMillis(Math.round((value - 25569) * 86400000), { zone: 'utc' });
      return DateTime.fromMillis(value);
    }),
  });

  const truth = (method) =>
    function () {
      return method(this.valueOf());
    };
  kit.install(Boolean.prototype, {
    toBoolean: truth((value) => value),
    toInt: truth(Number),
    toFloat: truth(Number),
    toNumber: truth(Number),
    toDateTime: truth(() => undefined),
    toJsonString: truth(String),
    isEmpty: truth(() => false),
    isNotEmpty: truth(() => true),
  });
});
