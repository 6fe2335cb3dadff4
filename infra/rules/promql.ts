import type { LRParser } from '@lezer/lr';

// Its types are those of an ES module, while what `require` finds is CommonJS.
const { parser } = require('@prometheus-io/lezer-promql') as { parser: LRParser };

/** One series that an expression asks for, with the labels it matches. */
export interface Selector {
  metric: string;
  labels: string[];
}

/** What an expression reads. */
export interface Expression {
  selectors: Selector[];
  /** Labels that it groups or joins by. */
  grouped: string[];
  /** Whether it makes labels of its own. */
  makesLabels: boolean;
  /** Whether it cannot be parsed. */
  broken: boolean;
}

export const parse = (text: string): Expression => {
  const expression: Expression = { selectors: [], grouped: [], makesLabels: false, broken: false };
  // The nodes around the current one; and whether the labels in parentheses that follow are kept.
  const within: string[] = [];
  let keeps = false;
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      const part = text.slice(from, to);
      const current = expression.selectors.at(-1);
      if (type.isError) expression.broken = true;
      if (name === 'VectorSelector') expression.selectors.push({ metric: '', labels: [] });
      if (name === 'Identifier' && current) current.metric ||= part;
      if (name === 'FunctionIdentifier' && /^label_(replace|join)$/.test(part)) expression.makesLabels = true;
      if (name === 'By' || name === 'On') keeps = true;
      if (name === 'Without' || name === 'Ignoring' || name === 'GroupLeft' || name === 'GroupRight') keeps = false;
      if (name === 'LabelName' && within.at(-1) === 'GroupingLabels' && keeps) expression.grouped.push(part);
      if (within.at(-1) === 'UnquotedLabelMatcher' && current) {
        const matched = current.labels.at(-1);
        if (name === 'LabelName') current.labels.push(part);
        // `{__name__="up"}` is another way to say `up`.
        if (name === 'StringLiteral' && matched === '__name__') [current.metric] = [part.slice(1, -1), current.labels.pop()];
      }
      within.push(name);
    },
    leave() {
      within.pop();
    },
  });
  return expression;
};
