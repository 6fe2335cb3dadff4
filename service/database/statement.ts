/** Prepared once per connection under its name, which no other text may have. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}
