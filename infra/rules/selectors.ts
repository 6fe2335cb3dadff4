export type Labels = Readonly<Record<string, string>>;

/** A label selector of Kubernetes; all that it says has to hold. */
export interface LabelSelector {
  matchLabels?: Labels;
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

/** Whether labels have everything that a map asks for. */
export const matches = (wanted: Labels | undefined, labels: Labels): boolean =>
  Object.entries(wanted ?? {}).every(([name, value]) => labels[name] === value);

const holds = (value: string | undefined, operator: string, values: readonly string[]): boolean => {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      // Holds without the label, too.
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
};

/** Whether a selector selects something with these labels; an empty one selects everything. */
export const selects = ({ matchLabels, matchExpressions = [] }: LabelSelector, labels: Labels): boolean =>
  matches(matchLabels, labels) && matchExpressions.every(({ key, operator, values = [] }) => holds(labels[key], operator, values));
