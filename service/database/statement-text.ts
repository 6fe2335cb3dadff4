const longest = 500;

/** What a statement is read as; a part that is not closed reaches to the end, so that nothing of it is left. */
const parts = [
  // An identifier, which stays.
  /"[^"]*(?:"|$)/,
  /\$(?<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$\k<tag>\$|$)/,
  // Only here does a backslash escape.
  /\bE'[^'\\]*(?:(?:\\.|'')[^'\\]*)*(?:'|$)/,
  /'[^']*(?:''[^']*)*(?:'|$)/,
  // People comment statements out, with their values.
  /--[^\n]*/,
  /\/\*.*?(?:\*\/|$)/,
];
const part = new RegExp(parts.map(({ source }) => source).join('|'), 'gis');

/** A statement for a log line: on one line, without quoted values, at most 500 characters. */
export const statementText = (sql: string): string => {
  const bare = sql.replace(part, (found) => {
    if (found.startsWith('"')) return found;
    return /^(--|\/\*)/.test(found) ? ' ' : "'…'";
  });
  const line = bare.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};
