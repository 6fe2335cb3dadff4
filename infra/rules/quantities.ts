const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit, index): [string, number] => [unit, 1_024 ** (index + 1)]);
const decimal = ['k', 'M', 'G', 'T', 'P', 'E'].map((unit, index): [string, number] => [unit, 1_000 ** (index + 1)]);

const factors = new Map([['n', 1e-9], ['u', 1e-6], ['m', 1e-3], ['', 1], ...decimal, ...binary] as [string, number][]);

/** A quantity of Kubernetes as a number: cores, bytes or pieces. NaN for what is none. */
export const amountOf = (quantity: string | number): number => {
  const [, digits, unit = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(quantity)) ?? [];
  return Number(digits) * (factors.get(unit) ?? Number.NaN);
};
